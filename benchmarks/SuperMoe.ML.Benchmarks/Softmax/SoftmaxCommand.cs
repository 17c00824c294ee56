using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Steps;
using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Softmax;

/// <summary>The command <c>softmax</c>.</summary>
internal static class SoftmaxCommand
{
    public static Command Create()
    {
        var (model, training) = (new SuperMoeModelOptions(), new TrainingOptions());
        var rows = Setting.AtLeast(1, "--rows", "Rows of the full softmax.", 4096);
        var items = Setting.AtLeast(2, "--items", "Items of the full softmax, and of the paces of training.", 12_101);
        var hidden = Setting.AtLeast(8, "--hidden", "Size of states and item vectors.", model.HiddenSize);
        var small = Setting.AtLeast(2, "--small", "Items of the small catalogue of the sampled softmax.", 10_000);
        var large = Setting.AtLeast(2, "--large", "Items of the large one; the item table and its optimizer take 12 x --hidden bytes an item.", 10_000_000);
        var length = Setting.AtLeast(1, "--length", "Events of a user.", 50);
        var tokens = Setting.AtLeast(1, "--batch-tokens", "Events of a batch.", training.BatchTokens);
        var experts = Setting.AtLeast(1, "--experts", "Experts of a block; 1 is a dense block.", model.Moe.Experts);
        var steps = Setting.AtLeast(1, "--steps", "Training steps of one measurement.", 20);
        var seed = Setting.Of("--seed", "Seed of data, weights and draws.", 1);
        var device = Setting.Device();
        var command = new Command("softmax", "The next-item losses: time and memory of the full softmax, training steps of the sampled one with few items and with many.")
        {
            rows, items, hidden, small, large, length, tokens, experts, steps, seed, device,
        };
        command.SetAction(line =>
        {
            NativeLibraries.EnsureLoaded();
            var settings = new StepSettings(
                line.GetValue(length), line.GetValue(tokens), line.GetValue(experts), line.GetValue(hidden), line.GetValue(steps), line.GetValue(seed));
            new SoftmaxBenchmark(settings, torch.device(line.GetValue(device)!), line.InvocationConfiguration.Output)
                .Run(line.GetValue(rows), line.GetValue(items), line.GetValue(small), line.GetValue(large));
            return 0;
        });
        return command;
    }
}
