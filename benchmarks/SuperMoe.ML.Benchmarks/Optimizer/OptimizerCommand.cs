using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Optimizer;

/// <summary>The command <c>optimizer</c>.</summary>
internal static class OptimizerCommand
{
    public static Command Create()
    {
        var small = Setting.AtLeast(1, "--small", "Rows of the small table.", 1_000_000);
        var large = Setting.AtLeast(1, "--large", "Rows of the large table; with Adam's state it takes 12 x --size bytes a row.", 10_000_000);
        var ids = Setting.AtLeast(1, "--ids", "Ids that a step looks up, at random over the table.", 4096);
        var size = Setting.AtLeast(1, "--size", "Numbers of a row.", new SuperMoeModelOptions().HiddenSize);
        var steps = Setting.AtLeast(1, "--steps", "Steps of one measurement.", 50);
        var seed = Setting.Of("--seed", "Seed of weights, ids and gradients.", 1);
        var device = Setting.Device();
        var command = new Command("optimizer", "Steps of embedding tables of few and of many rows, and the fused AdamW beside plain ones.")
        {
            small, large, ids, size, steps, seed, device,
        };
        command.SetAction(line =>
        {
            NativeLibraries.EnsureLoaded();
            var settings = new TableSettings(line.GetValue(ids), line.GetValue(size), line.GetValue(steps), line.GetValue(seed));
            new OptimizerBenchmark(settings, torch.device(line.GetValue(device)!), line.InvocationConfiguration.Output)
                .Run(line.GetValue(small), line.GetValue(large));
            return 0;
        });
        return command;
    }
}
