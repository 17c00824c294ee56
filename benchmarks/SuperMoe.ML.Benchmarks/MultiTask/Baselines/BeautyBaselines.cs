using Microsoft.ML;
using SuperMoe.ML.Benchmarks.MultiTask.Beauty;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Runs the baselines of Beauty, on the same folds, cuts and labels.</summary>
internal sealed class BeautyBaselines(MLContext ml, BeautyData data, BeautyRows rows, int seed, Scoreboard board)
{
    private readonly Dictionary<int, int> _places = BeautyBag.Places(data);

    /// <summary>Runs the baselines of some of the tasks.</summary>
    public void Run(int folds, IReadOnlySet<string> tasks, int[] cutoffs)
    {
        var popularity = new RankingAccumulator(cutoffs);
        for (var fold = 0; fold < folds; fold++)
        {
            if (tasks.Contains(TaskNames.NextItem)) { Popularity(fold, popularity); }
            List<BeautyRow> training = [.. rows.Training(fold, nextItem: false)], test = [.. rows.Test(fold)];
            if (tasks.Contains(BeautyTasks.NextCategory))
            {
                Learn(BeautyTasks.NextCategory, data.TopCategories.Count, r => data.TopCategories.ToList().IndexOf(r.NextCategory), training, test);
                AfterLast(training, test);
            }
            if (tasks.Contains(BeautyTasks.Repeat)) { Learn(BeautyTasks.Repeat, 1, r => r.Repeat, training, test); }
            if (tasks.Contains(BeautyTasks.Rest)) { Learn(BeautyTasks.Rest, Pool.Number, r => r.Rest, training, test); }
        }
        if (tasks.Contains(TaskNames.NextItem)) { board.Add(TaskNames.NextItem, "Popularity", MetricNames.Of(popularity.ToMetrics())); }
    }

    private void Popularity(int fold, RankingAccumulator metrics)
    {
        var counts = new float[data.Items.Count];
        foreach (var item in rows.Training(fold, nextItem: true).Where(r => float.IsNaN(r.Rest)).SelectMany(r => r.Item)) { counts[_places[item]]++; }
        foreach (var row in rows.Test(fold)) { metrics.Add(TargetRank.Of(counts, _places[row.Target], [.. row.Item.Select(i => _places[i])])); }
    }

    private void Learn(string task, int width, Func<BeautyRow, float> label, List<BeautyRow> training, List<BeautyRow> test)
    {
        // A missing class is none to learn or to judge.
        BagExample[] questions = Examples(test), examples = Examples(training);
        var bag = new Bag(_places, candidate: false);
        foreach (var (method, scores) in bag.Run(new Learners(ml, bag.Size, width, seed), examples, questions)) { AddAll(task, method, scores, questions, width == Pool.Number); }

        BagExample[] Examples(List<BeautyRow> from) =>
            [.. from.Where(r => label(r) >= 0).Select(r => new BagExample(BeautyBag.Of(data, r.Item), 0, label(r)))];
    }

    // The shares of the top categories that follow the last known one, each counted once more than it is.
    private void AfterLast(List<BeautyRow> training, List<BeautyRow> test)
    {
        var classes = data.TopCategories.ToList();
        var counts = Enumerable.Range(0, classes.Count + 1).Select(_ => Enumerable.Repeat(1f, classes.Count).ToArray()).ToArray(); // the last line: no category
        foreach (var row in training.Where(r => r.NextCategory != 0)) { counts[Last(row)][classes.IndexOf(row.NextCategory)]++; }
        BeautyRow[] asked = [.. test.Where(r => r.NextCategory != 0)];
        foreach (var row in asked)
        {
            var after = counts[Last(row)];
            var sum = after.Sum();
            board.Add(BeautyTasks.NextCategory, "After the last category", [.. after.Select(c => c / sum)], classes.IndexOf(row.NextCategory));
        }

        int Last(BeautyRow row) => data.Items[row.Item[^1]].TopCategory is >= 0 and var place ? place : classes.Count;
    }

    private void AddAll(string task, string method, List<float[]> scores, BagExample[] questions, bool isNumber)
    {
        for (var i = 0; i < questions.Length; i++) { board.Add(task, method, scores[i], questions[i].Label, isNumber); }
    }
}
