using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Steps;
using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Balancing;

/// <summary>The command <c>balancing</c>.</summary>
internal static class BalancingCommand
{
    public static Command Create()
    {
        var (model, training) = (new SuperMoeModelOptions(), new TrainingOptions());
        var items = Setting.AtLeast(2, "--items", "Items of the catalogue.", 12_101);
        var hidden = Setting.AtLeast(8, "--hidden", "Size of states.", model.HiddenSize);
        var length = Setting.AtLeast(1, "--length", "Events of a user.", 50);
        var tokens = Setting.AtLeast(1, "--batch-tokens", "Events of a batch.", training.BatchTokens);
        var experts = Setting.AtLeast(1, "--experts", "Experts of a block; 1 is a dense block.", model.Moe.Experts);
        var steps = Setting.AtLeast(1, "--steps", "Training steps of one measurement.", 20);
        var seed = Setting.Of("--seed", "Seed of data, weights and draws.", 1);
        var device = Setting.Device();
        var command = new Command("balancing", "Time of a training step of four tasks with each balancing strategy, beside fixed weights.")
        {
            items, hidden, length, tokens, experts, steps, seed, device,
        };
        command.SetAction(line =>
        {
            NativeLibraries.EnsureLoaded();
            var settings = new StepSettings(
                line.GetValue(length), line.GetValue(tokens), line.GetValue(experts), line.GetValue(hidden), line.GetValue(steps), line.GetValue(seed));
            new BalancingBenchmark(settings, torch.device(line.GetValue(device)!), line.InvocationConfiguration.Output).Run(line.GetValue(items));
            return 0;
        });
        return command;
    }
}
