using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Soak;

/// <summary>The command <c>soak</c>.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var data = Setting.Required("--data", "One user a line, 'user item item ...', oldest item first, as Beauty.txt.", "FILE");
        var seed = Setting.Of("--seed", "Seed of the model.", 1);
        var device = Setting.Device();
        var epochs = Setting.AtLeast(8, "--epochs", "Epochs of training; the second half is sampled.", 16);
        var batches = Setting.AtLeast(1, "--batches", "Scored batches.", 10_000);
        var rows = Setting.AtLeast(1, "--rows", "Rows of a batch.", 64);
        var command = new Command("soak", "Whether memory stays flat over many training steps and scored batches.") { data, seed, device, epochs, batches, rows };
        command.SetAction(line =>
        {
            new SoakBenchmark(line.GetValue(seed), line.GetValue(device)!, line.GetValue(epochs), line.GetValue(batches), line.GetValue(rows), line.InvocationConfiguration.Output)
                .Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
