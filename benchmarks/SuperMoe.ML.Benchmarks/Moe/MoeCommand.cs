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
        var types = Setting.Many("--type", "Types of the matrix products.", [.. MoeCase.Types]).Each([.. MoeCase.Types]);
        var sizes = Setting.Many("--size", "Sizes of the model.", [.. MoeCase.Sizes]);
        var experts = Setting.Many("--experts", "Numbers of experts.", [.. MoeCase.Counts]);
        var device = Setting.Device();
        var seed = Setting.Of("--seed", "Seed of weights and tokens.", 1);
        var command = new Command("moe", "Time of sparse experts, forward and backward, beside a dense network of as many active operations.")
        {
            tokens, repeats, types, sizes, experts, device, seed,
        };
        command.SetAction(line =>
        {
            var cases = MoeCase.All(line.GetValue(types)!, line.GetValue(sizes)!, line.GetValue(experts)!);
            new MoeBenchmark(line.GetValue(tokens), line.GetValue(repeats), line.GetValue(device)!, line.GetValue(seed), line.InvocationConfiguration.Output).Run([.. cases]);
            return 0;
        });
        return command;
    }
}
