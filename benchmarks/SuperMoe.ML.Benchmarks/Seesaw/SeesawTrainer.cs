using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Estimators.Seesaw;

namespace SuperMoe.ML.Benchmarks.Seesaw;

/// <summary>Trains and judges one model of a comparison, or takes it from the folder.</summary>
/// <param name="ml">The context.</param>
/// <param name="protocol">The data.</param>
/// <param name="settings">Which folds.</param>
/// <param name="folder">Where finished runs are kept; <see langword="null"/> for nowhere.</param>
/// <param name="runsOf">The version of the build that trained what the folder has, none of which is trained anew; <see langword="null"/> for this one.</param>
/// <param name="output">Where progress is told.</param>
internal sealed class SeesawTrainer(MLContext ml, IMultiTaskProtocol protocol, MultiTaskSettings settings, SeesawFolder? folder, string? runsOf, TextWriter output)
{
    private static readonly int[] s_cutoffs = [5, 10];

    /// <summary>One run: a model for each fold, whose epochs are summed.</summary>
    /// <param name="contestant">Its name.</param>
    /// <param name="recipe">How, with the seed.</param>
    /// <param name="tasks">The tasks.</param>
    public SeesawRun Run(string contestant, Recipe recipe, IReadOnlyList<SuperMoeTask> tasks)
    {
        if (tasks.Count == 1) { recipe = recipe with { Balancing = TaskBalancing.Fixed }; } // as in the library's report: nothing is there to be balanced
        var plan = Plan(contestant, recipe, tasks);
        if (folder?.Find(plan) is { } kept)
        {
            Say($"{plan.Kind}, seed {plan.Seed}: kept.");
            return kept;
        }
        if (runsOf is not null) { throw new DataFileException($"--folder has no '{plan.FileName}' of version '{runsOf}', and --runs-of trains nothing."); }
        var clock = Stopwatch.StartNew();
        var board = new Scoreboard();
        var whole = recipe with { Minutes = recipe.Minutes * settings.Folds }; // a run shares its minutes out over its folds
        var judged = new MultiTaskRun(protocol, tasks, whole, settings, board, TextWriter.Null);
        var reports = judged.Run(s_cutoffs);
        var metrics = board.Figures().ToDictionary(f => f.Key, f => (IReadOnlyDictionary<string, double>)f.Value[Scoreboard.Ours]);
        var run = new SeesawRun(
            contestant, plan.Tasks, plan.Seed, metrics, clock.Elapsed.TotalSeconds, reports.Sum(r => r.Epochs.Count), reports.Sum(r => r.BestEpoch), Reused: false)
        {
            WithoutGroup = board.WithoutGroup(Scoreboard.Ours, judged.Judged),
        };
        folder?.Keep(plan, run);
        var figures = tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {metrics[t.Name][TaskMetrics.Names(t)[0]]:0.0000}"));
        Say($"{plan.Kind}, seed {plan.Seed}: {run.Seconds:0} s, best epoch {string.Join(", ", reports.Select(r => r.BestEpoch))}; {string.Join(", ", figures)}");
        return run;
    }

    private PlannedRun Plan(string contestant, Recipe recipe, IReadOnlyList<SuperMoeTask> tasks)
    {
        var options = new MultiTaskPipeline(ml, protocol, recipe, settings.Validation).Options(tasks, TimeSpan.FromMinutes(recipe.Minutes), new Progress<TrainingProgress>());
        options.Training.Seed = recipe.Seed;
        var plan = new PlannedRun(contestant, options);
        if (runsOf is not null) { plan.Text[OptionsText.Version] = runsOf; }
        return plan;
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
