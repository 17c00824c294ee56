using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>The command <c>transform</c>.</summary>
internal static class TransformCommand
{
    public static Command Create()
    {
        var data = Setting.Required("--data", "One user a line, 'user item item ...', oldest item first, as Beauty.txt.", "FILE");
        var seed = Setting.Of("--seed", "Seed of the model.", 1);
        var seconds = Setting.Positive("--training-seconds", "Time limit of the training.", 10.0);
        var rows = Setting.AtLeast(1, "--row-by-row", "About how many rows are scored one by one.", 1000);
        var device = Setting.Device();
        var stages = new Option<bool>("--stages") { Description = "Where the time of a scored row goes instead, on one thread of the CPU." };
        var command = new Command("transform", "Users scored a second, beside row-by-row scoring by the same model.") { data, seed, device, seconds, rows, stages };
        command.SetAction(line =>
        {
            var (file, output) = (line.GetRequiredValue(data), line.InvocationConfiguration.Output);
            if (line.GetValue(stages)) { new StagesBenchmark(line.GetValue(seed), line.GetValue(seconds), output).Run(file); }
            else { new TransformBenchmark(line.GetValue(seed), line.GetValue(device)!, line.GetValue(seconds), line.GetValue(rows), output).Run(file); }
            return 0;
        });
        return command;
    }
}
