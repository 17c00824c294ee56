using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>The command <c>probe</c>.</summary>
internal static class ProbeCommand
{
    private static readonly RecipeDefaults s_defaults = RecipeDefaults.OfLibrary(minutes: 5);

    public static Command Create()
    {
        var data = Setting.Required("--data", "The folder of MovieLens 100K (*.inter, *.user and *.item) or of Beauty (*.txt and *_item2attributes.json).", "DIR");
        var seeds = Setting.AtLeast(1, "--seeds", "Seeds to run, from --seed on; figures are means.", 1);
        var tasks = new Option<string>("--tasks")
        {
            Description = "The tasks to train; the first is trained alone too. Unless given, NextItem,Like on MovieLens and NextItem,NextCategory on Beauty.",
            HelpName = "A,B",
        };
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("probe", "Learners on the frozen embedding for labels that were not trained, beside bags of items and their truncated SVD. --minutes is for each model.")
        {
            data, seeds, tasks,
        };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            var settings = new MultiTaskSettings
            {
                Folds = 1,
                Validation = 0.1,
                LikeRows = 4,
                LikeHistory = 50,
                Rating = RatingField.Key,
                Genres = true,
                Times = true,
                Seeds = line.GetValue(seeds),
                Tasks = line.GetValue(tasks)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            };
            new ProbeBenchmark(recipe.Read(line), settings, line.InvocationConfiguration.Output).Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
