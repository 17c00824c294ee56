using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>The command <c>fittask</c>.</summary>
internal static class FitTaskCommand
{
    private static readonly RecipeDefaults s_defaults = RecipeDefaults.OfLibrary(minutes: 5);
    private static readonly FitTaskOptions s_added = new();

    public static Command Create()
    {
        var data = Setting.Required("--data", "The folder of MovieLens 100K: *.inter, *.user and *.item, tab separated.", "DIR");
        var seeds = Setting.AtLeast(1, "--seeds", "Seeds to run, from --seed on; figures are means.", 5);
        var samples = Setting.AtLeast(1, "--samples", "Samples of labels for each seed's model.", 1);
        var shares = Setting.Many("--shares", "Shares of the labels.", 0.01, 0.05, 0.25, 1);
        shares.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double[]>() is { } all && all.Any(s => !(s is > 0 and <= 1))) { result.AddError("--shares must be above 0 and at most 1."); }
        });
        var adapter = Setting.AtLeast(0, "--adapter", "Bottleneck of the new task's adapters; 0 is none.", s_added.Adapter);
        var rate = Setting.Positive("--task-learning-rate", "Learning rate of the new task.", s_added.LearningRate);
        var epochs = Setting.AtLeast(0, "--task-epochs", "Largest number of epochs of the new task; 0 is its linear part alone.", s_added.Epochs);
        var scratch = Setting.Switch("--scratch", "Whether a model is trained from scratch on each share of the first sample, too.");
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("fittask", "Gender as a new task on a model of next item and Like on MovieLens 100K, from few labels, beside baselines with the same labels.")
        {
            data, seeds, samples, shares, adapter, rate, epochs, scratch,
        };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            var settings = new FitTaskSettings
            {
                Seeds = line.GetValue(seeds),
                Samples = line.GetValue(samples),
                Shares = line.GetValue(shares)!,
                Adapter = line.GetValue(adapter),
                LearningRate = line.GetValue(rate),
                Epochs = line.GetValue(epochs),
                Scratch = line.GetValue(scratch),
            };
            new FitTaskBenchmark(recipe.Read(line), settings, line.InvocationConfiguration.Output).Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
