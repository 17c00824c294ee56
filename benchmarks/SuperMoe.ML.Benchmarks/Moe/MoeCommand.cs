using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>The command <c>moe</c>.</summary>
internal static class MoeCommand
{
    public static Command Create()
    {
        var tokens = Setting.AtLeast(1, "--tokens", "Tokens of a step.", 8192);
        var repeats = Setting.AtLeast(1, "--repeats", "Steps measured of each contestant; the median counts.", 5);
        var device = Setting.Of("--device", "Where to compute: cpu or cuda.", "cpu");
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var seed = Setting.Of("--seed", "Seed of weights and tokens.", 1);
        var command = new Command("moe", "Time of sparse experts, forward and backward, beside a dense network of as many active operations.") { tokens, repeats, device, seed };
        command.SetAction(line =>
        {
            new MoeBenchmark(line.GetValue(tokens), line.GetValue(repeats), line.GetValue(device)!, line.GetValue(seed), line.InvocationConfiguration.Output).Run();
            return 0;
        });
        return command;
    }
}
