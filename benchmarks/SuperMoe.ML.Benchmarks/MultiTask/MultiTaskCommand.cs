using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>The command <c>multitask</c>.</summary>
internal static class MultiTaskCommand
{
    private static readonly RecipeDefaults s_defaults = RecipeDefaults.OfLibrary(minutes: 15);

    public static Command Create()
    {
        var data = Setting.Required("--data", "The folder of MovieLens 100K (*.inter, *.user and *.item) or of Beauty (*.txt and *_item2attributes.json).", "DIR");
        var folds = Setting.AtLeast(1, "--folds", "Folds to run, of five; labels that a fold hides are judged for its users.", MultiTaskSettings.AllFolds);
        folds.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() > MultiTaskSettings.AllFolds) { r.AddError($"--folds must be at most {MultiTaskSettings.AllFolds}."); }
        });
        var validation = Setting.Of("--validation", "Share of rows whose labels validation keeps.", 0.1);
        var likeRows = Setting.AtLeast(1, "--like-rows", "Training rows with a Like label that each user has.", 4);
        var likeHistory = Setting.AtLeast(1, "--like-history", "Events before the candidate that such a row holds.", 50);
        var rating = Setting.Of("--rating", "How the ratings of past events are seen.", RatingField.Key);
        var genres = Setting.Switch("--genres", "Whether items have attributes: genres, or categories and brands.");
        var times = Setting.Switch("--times", "Whether events have their time.");
        var labelRows = Setting.AtLeast(1, "--label-rows", "Training rows with labels that each user of Beauty has.", 1);
        var seeds = Setting.AtLeast(1, "--seeds", "Seeds to run, from --seed on; figures are means.", 1);
        var tasks = new Option<string>("--tasks") { Description = "The tasks to train together, as NextItem,Gender; all of the data unless given.", HelpName = "A,B" };
        var baselines = Setting.Switch("--baselines", "Whether simpler methods are run too.");
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("multitask", "Several tasks at once on MovieLens 100K or Beauty, beside baselines on bags of items.")
        {
            data, folds, validation, likeRows, likeHistory, rating, genres, times, labelRows, seeds, tasks, baselines,
        };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            var settings = new MultiTaskSettings
            {
                Folds = line.GetValue(folds),
                Validation = line.GetValue(validation),
                LikeRows = line.GetValue(likeRows),
                LikeHistory = line.GetValue(likeHistory),
                Rating = line.GetValue(rating),
                Genres = line.GetValue(genres),
                Times = line.GetValue(times),
                LabelRows = line.GetValue(labelRows),
                Seeds = line.GetValue(seeds),
                Tasks = line.GetValue(tasks)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
                Baselines = line.GetValue(baselines),
            };
            new MultiTaskBenchmark(recipe.Read(line), settings, line.InvocationConfiguration.Output).Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }
}
