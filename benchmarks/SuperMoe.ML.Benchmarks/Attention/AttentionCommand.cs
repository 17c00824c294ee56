using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Attention;

/// <summary>The command <c>attention</c>.</summary>
internal static class AttentionCommand
{
    public static Command Create()
    {
        var model = new SuperMoeModelOptions();
        var lengths = Setting.Many("--length", "Events of a user.", 8, 50, 200, 1000);
        var events = Setting.AtLeast(1, "--events", "Events of a batch; one user at least.", 1000);
        var indicators = Setting.AtLeast(1, "--indicators", "Indicator tokens of a user.", 5);
        var hidden = Setting.AtLeast(8, "--hidden", "Size of states.", model.HiddenSize);
        var heads = Setting.AtLeast(1, "--heads", "Heads.", model.Heads);
        var repeats = Setting.AtLeast(1, "--repeats", "Calls of one measurement.", 20);
        var device = Setting.Device();
        var seed = Setting.Of("--seed", "Seed of weights and states.", 1);
        var command = new Command("attention", "Time of attention with its projections, forward and backward and in scoring, beside the same an operator at a time.")
        {
            lengths, events, indicators, hidden, heads, repeats, device, seed,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(lengths)!.Any(l => l < 1)) { result.AddError("--length must be at least 1."); }
            if (result.GetValue(heads) > 0 && result.GetValue(hidden) % result.GetValue(heads) != 0) { result.AddError("--heads must divide --hidden."); }
        });
        command.SetAction(line =>
        {
            NativeLibraries.EnsureLoaded();
            var settings = new AttentionSettings(
                line.GetValue(events), line.GetValue(indicators), line.GetValue(hidden), line.GetValue(heads), line.GetValue(repeats), line.GetValue(seed));
            new AttentionBenchmark(settings, torch.device(line.GetValue(device)!), line.InvocationConfiguration.Output).Run(line.GetValue(lengths)!);
            return 0;
        });
        return command;
    }
}
