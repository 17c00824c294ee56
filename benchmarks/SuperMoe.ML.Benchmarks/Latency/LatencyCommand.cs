using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Latency;

/// <summary>The command <c>latency</c>.</summary>
internal static class LatencyCommand
{
    public static Command Create()
    {
        var data = Setting.Required("--data", "One user a line, 'user item item ...', oldest item first, as Beauty.txt.", "FILE");
        var seed = Setting.Of("--seed", "Seed of the model.", 1);
        var seconds = Setting.Positive("--training-seconds", "Time limit of the training.", 10.0);
        var device = Setting.Device();
        var calls = Setting.AtLeast(1, "--calls", "Calls of a run.", 5000);
        var command = new Command("latency", "The time of PredictionEngine.Predict for one user.") { data, seed, device, seconds, calls };
        command.SetAction(line =>
        {
            new LatencyBenchmark(line.GetValue(seed), line.GetValue(device)!, line.GetValue(seconds), line.GetValue(calls), line.InvocationConfiguration.Output)
                .Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
