using System.CommandLine;
using SuperMoe.ML.Benchmarks.Cli;

namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>The command <c>conflict</c>.</summary>
internal static class ConflictCommand
{
    /// <summary>What the models are and how they are trained, unless told otherwise.</summary>
    public static readonly RecipeDefaults Defaults = new(Minutes: 10, Epochs: 8, MaxLength: 50, Dropout: 0.1, LearningRate: 2e-3)
    {
        Sizes = new SuperMoeModelOptions { HiddenSize = 16, Blocks = 1, FeedForwardSize = 32, Moe = new MoeOptions { Experts = 4 } },
    };

    public static Command Create()
    {
        var levels = Setting.Many("--levels", "Strengths of conflict, each from 0 to 1.", 0.0, 0.5, 1.0);
        levels.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double[]>()!.Any(level => !(level is >= 0 and <= 1))) { r.AddError("--levels must be from 0 to 1."); }
        });
        var seeds = Setting.AtLeast(1, "--seeds", "Shops, each with a training of its own; the first has the seed --seed.", 3);
        var users = Setting.AtLeast(20, "--users", "Users of a shop; every second one is judged.", 4000);
        var purchases = Setting.AtLeast(5, "--purchases", "Mean number of a user's purchases.", 30);
        var tasks = Setting.Many("--tasks", "The tasks.", ConflictTasks.Names).Each(ConflictTasks.Names);
        var strategies = Setting.Many("--strategies", "Ways to train the tasks together, beside the plain sum.", Enum.GetValues<TaskBalancing>());
        var recipe = new RecipeSettings(Defaults);
        var command = new Command("conflict", "Tasks of a simulated shop that pull against each other, alone and together by each balancing strategy.")
        {
            levels, seeds, users, purchases, tasks, strategies,
        };
        recipe.AddTo(command);
        command.SetAction(line =>
        {
            var settings = new ConflictSettings
            {
                Levels = line.GetValue(levels)!,
                Seeds = line.GetValue(seeds),
                Users = line.GetValue(users),
                Purchases = line.GetValue(purchases),
                Tasks = [.. line.GetValue(tasks)!.Distinct()],
                Strategies = [.. line.GetValue(strategies)!.Prepend(TaskBalancing.Fixed).Distinct()],
            };
            new ConflictBenchmark(recipe.Read(line), settings, line.InvocationConfiguration.Output).Run();
            return 0;
        });
        return command;
    }
}
