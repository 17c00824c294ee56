using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One seed: a model for each fold of users, judged on the users whose labels it has not seen; all predictions are pooled over folds.</summary>
/// <param name="protocol">The data.</param>
/// <param name="tasks">The tasks to train together.</param>
/// <param name="recipe">How, with the seed.</param>
/// <param name="settings">Which folds.</param>
/// <param name="board">Where the predictions go.</param>
/// <param name="output">Where progress is told.</param>
internal sealed class MultiTaskRun(
    IMultiTaskProtocol protocol, IReadOnlyList<SuperMoeTask> tasks, Recipe recipe, MultiTaskSettings settings, Scoreboard board, TextWriter output)
{
    private readonly MLContext _ml = recipe.Context();

    /// <summary>Trains and judges all folds.</summary>
    /// <param name="cutoffs">The lengths of lists of next items.</param>
    /// <returns>A report a fold.</returns>
    public IReadOnlyList<TrainingReport> Run(int[] cutoffs)
    {
        var reports = new List<TrainingReport>();
        for (var fold = 0; fold < settings.Folds; fold++) { reports.Add(Train(fold, cutoffs)); }
        return reports;
    }

    /// <summary>The number of users that were judged, after a run.</summary>
    public int Judged { get; private set; }

    private TrainingReport Train(int fold, int[] cutoffs)
    {
        var nextItem = tasks.Any(t => t is NextItemTask);
        var training = protocol.Training(_ml, fold, nextItem);
        Say($"Seed {recipe.Seed}, fold {fold}: training on {training.GetRowCount()} rows; the labels of its users are hidden.");
        var limit = TimeSpan.FromMinutes(recipe.Minutes / settings.Folds);
        var chain = new MultiTaskPipeline(_ml, protocol, recipe, settings.Validation).Create(tasks, limit, new EpochLines(output)).Fit(training);
        using var model = chain.FindSuperMoe()!;
        var report = model.Report!;
        Say($"Seed {recipe.Seed}, fold {fold}: {report.Seconds:0.0} s, best epoch {report.BestEpoch} of {report.Epochs.Count}.");
        var test = protocol.Test(_ml, fold);
        if (nextItem) { Rank(fold, chain, test, cutoffs); }
        var scored = chain.Transform(test);
        foreach (var task in tasks) { Judge(task, scored); }
        Judged += (int)test.GetRowCount()!;
        return report;
    }

    private void Rank(int fold, ITransformer chain, IDataView test, int[] cutoffs)
    {
        var (model, data) = TransformerChains.Before(chain, test)!.Value;
        var ranks = model.NextItemRanks(data, protocol.Target);
        var metrics = new RankingAccumulator(cutoffs);
        for (var u = 0; u < ranks.Length; u++)
        {
            metrics.Add(ranks[u]);
            board.AddRank(Scoreboard.Ours, ranks[u], Judged + u, cutoffs);
        }
        Say($"Seed {recipe.Seed}, fold {fold}: next item NDCG@{cutoffs[^1]} {metrics.ToMetrics().Ndcg[cutoffs[^1]]:0.0000} over {ranks.Length} users.");
    }

    private void Judge(SuperMoeTask task, IDataView scored)
    {
        var place = Judged;
        switch (task)
        {
            case MulticlassTask:
                foreach (var (scores, key) in scored.GetColumn<float[]>($"{task.Name}.Score").Zip(scored.GetColumn<uint>(task.Name)))
                {
                    if (key > 0) { board.Add(task.Name, Scoreboard.Ours, scores, key - 1, place: place); } // key 0 is a missing label
                    place++;
                }
                break;
            case LabeledTask:
                foreach (var (score, label) in scored.GetColumn<float>($"{task.Name}.Score").Zip(scored.GetColumn<float>(task.Name)))
                {
                    if (!float.IsNaN(label)) { board.Add(task.Name, Scoreboard.Ours, [score], label, task is RegressionTask, place); }
                    place++;
                }
                break;
        }
    }

    private void Say(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
