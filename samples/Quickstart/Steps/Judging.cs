using Microsoft.ML;
using Quickstart.Baselines;
using Quickstart.Labels;
using Quickstart.Rendering;

namespace Quickstart.Steps;

/// <summary>Every task's metrics, beside those of simpler ways.</summary>
internal static class Judging
{
    public static void Compare(MLContext ml, Dataset data, Users users, ITransformer model, int seed)
    {
        var table = new MetricTable("naive", "transitions", "linear", "LightGBM", "SuperMoe");
        Page.Status("Next item", () => NextItem(ml, data, users, model, table));
        foreach (var label in data.Labels)
        {
            Page.Status(label.Name, () => Profile(ml, data, users, model, seed, label, table));
        }

        table.Show();
        Page.Note(
            "Naive is the most popular items, the majority class or the mean. Transitions is what most often followed the last item. Linear and LightGBM "
            + "learn from the bag of items and the user features. Labels are judged on users whose labels were hidden, the next item on everyone's last event.");
    }

    private static void NextItem(MLContext ml, Dataset data, Users users, ITransformer model, MetricTable table)
    {
        var histories = new Histories(users.All, data.ItemColumn);
        var metrics = ml.Ranking.EvaluateNextItem(model, users.All, $"{data.ItemColumn}.HeldOut");
        table.Add("next item", [
            NextItemJudge.Judge(histories, new Popularity(histories)),
            NextItemJudge.Judge(histories, new Transitions(histories)),
            null,
            null,
            NextItemJudge.Figures(metrics.HitRate[NextItemJudge.Top], metrics.Ndcg[NextItemJudge.Top]),
        ]);
    }

    private static void Profile(MLContext ml, Dataset data, Users users, ITransformer model, int seed, Label label, MetricTable table)
    {
        // The hidden labels are shown again, for judging.
        var test = ml.Transforms.CopyColumns(label.Name, label.Truth).Fit(users.Test).Transform(users.Test);
        table.Add(label.Name, [
            label.Naive(users.Train, users.Test),
            null,
            FromBag(ml, data, users, label, label.Linear(ml)),
            FromBag(ml, data, users, label, label.LightGbm(ml, seed)),
            label.Judge(ml, model.Transform(test), label.Name, $"{label.Name}."),
        ]);
    }

    /// <summary>Trains on the bag of items of the users whose labels are shown, and judges on the others.</summary>
    public static IReadOnlyList<Figure> FromBag(MLContext ml, Dataset data, Users users, Label label, IEstimator<ITransformer> trainer) =>
        label.Judge(
            ml,
            label.MakeTarget(ml).Append(BagOfItems.Features(ml, data)).AppendCacheCheckpoint(ml).Append(trainer)
                .Fit(users.Train).Transform(users.Test),
            Label.Target,
            prefix: "");
}
