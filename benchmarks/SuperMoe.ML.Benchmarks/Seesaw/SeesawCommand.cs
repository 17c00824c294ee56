using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Benchmarks.Seesaw;

/// <summary>The command <c>seesaw</c>.</summary>
internal static class SeesawCommand
{
    private static readonly RecipeDefaults s_defaults = RecipeDefaults.OfLibrary(minutes: 60);

    public static Command Create()
    {
        var data = Setting.Required("--data", "The folder of MovieLens 100K (*.inter, *.user and *.item) or of Beauty (*.txt and *_item2attributes.json).", "DIR");
        var folds = Setting.AtLeast(1, "--folds", "Folds to run, of five; labels that a fold hides are judged for its users.", 1);
        folds.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() > MultiTaskSettings.AllFolds) { r.AddError($"--folds must be at most {MultiTaskSettings.AllFolds}."); }
        });
        var seeds = Setting.AtLeast(1, "--seeds", "Seeds to run, from --seed on.", 5);
        var others = new Option<string>("--against")
        {
            Description = "Other ways to train together, by names of sharing or balancing, as Mmoe,PCGrad; none for none.",
            DefaultValueFactory = _ => string.Join(',', SeesawWays.Usual),
            HelpName = "A,B",
        };
        var tasks = new Option<string>("--tasks") { Description = "The tasks to train together, as NextItem,Gender; all of the data unless given.", HelpName = "A,B" };
        var folder = new Option<string>("--folder") { Description = "Where finished runs are kept; a later call trains only what is missing.", HelpName = "DIR" };
        var version = new Option<string>("--runs-of")
        {
            Description = "The version, as 0.1.0+commit, of the build that trained the runs in --folder, to report them by this build; none is trained. Unless given, runs are this build's.",
            HelpName = "VERSION",
        };
        var recipe = new RecipeSettings(s_defaults);
        var command = new Command("seesaw", "Tasks trained together, and by the literature's ways of sharing, beside each task trained alone. --minutes is for each model.")
        {
            data, folds, seeds, others, tasks, folder, version,
        };
        others.Validators.Add(r =>
        {
            if (SeesawWays.Unknown(Names(r.GetValueOrDefault<string>())) is { } unknown)
            {
                r.AddError($"--against has '{unknown}'; allowed are {string.Join(", ", SeesawWays.Allowed)}, none.");
            }
        });
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            var settings = new MultiTaskSettings
            {
                Folds = line.GetValue(folds),
                Validation = 0.1,
                LikeRows = 4,
                LikeHistory = 50,
                Rating = RatingField.Key,
                Genres = true,
                Times = true,
                Seeds = line.GetValue(seeds),
                Tasks = Names(line.GetValue(tasks)),
            };
            var benchmark = new SeesawBenchmark(recipe.Read(line), settings, Names(line.GetValue(others)), line.GetValue(folder), line.GetValue(version), line.InvocationConfiguration.Output);
            benchmark.Run(line.GetRequiredValue(data));
            return 0;
        });
        return command;
    }

    private static string[] Names(string? list) =>
        list is null or "none" ? [] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
