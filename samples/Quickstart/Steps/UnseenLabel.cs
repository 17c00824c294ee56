using Microsoft.ML;
using Quickstart.Labels;
using Quickstart.Rendering;

namespace Quickstart.Steps;

/// <summary>The embedding as features of a plain ML.NET trainer, for a label that took no part in training it.</summary>
internal static class UnseenLabel
{
    public static void Compare(MLContext ml, Dataset data, Users users, ITransformer model, int seed)
    {
        var label = data.Unseen;
        var table = new MetricTable("naive", "LightGBM on the bag of items", "linear on the embedding", "LightGBM on the embedding");
        Page.Status(label.Name, () => table.Add(label.Name, [
            label.Naive(users.Train, users.Test),
            Judging.FromBag(ml, data, users, label, label.LightGbm(ml, seed)),
            FromEmbedding(ml, users, model, label, label.Linear(ml)),
            FromEmbedding(ml, users, model, label, label.LightGbm(ml, seed)),
        ]));
        table.Show();
    }

    private static IReadOnlyList<Figure> FromEmbedding(MLContext ml, Users users, ITransformer model, Label label, IEstimator<ITransformer> trainer) =>
        label.Judge(
            ml,
            label.MakeTarget(ml).Append(ml.Transforms.CopyColumns(Label.Features, "Embedding")).AppendCacheCheckpoint(ml).Append(trainer)
                .Fit(model.Transform(users.Train)).Transform(model.Transform(users.Test)),
            Label.Target,
            prefix: "");
}
