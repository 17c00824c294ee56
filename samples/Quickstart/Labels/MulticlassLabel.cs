using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;
using SuperMoe.ML;

namespace Quickstart.Labels;

/// <summary>One of several classes, as text; empty is missing.</summary>
internal sealed class MulticlassLabel(string name) : Label(name)
{
    public override SuperMoeTask Task => new MulticlassTask(Name);

    public override IEstimator<ITransformer> MakeTarget(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(Target, Truth);

    public override IEstimator<ITransformer> Linear(MLContext ml) =>
        ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(Target, Features, l1Regularization: 0, l2Regularization: L2);

    public override IEstimator<ITransformer> LightGbm(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            LabelColumnName = Target,
            FeatureColumnName = Features,
            Seed = seed,
            Deterministic = true,
            NumberOfThreads = Threads,
        });

    public override IReadOnlyList<Figure> Judge(MLContext ml, IDataView scored, string label, string prefix)
    {
        var metrics = ml.MulticlassClassification.Evaluate(scored, label, $"{prefix}Score", predictedLabelColumnName: $"{prefix}PredictedLabel");
        return metrics.PerClassLogLoss.Count == 2
            ? [new("AUC", Auc(scored, label, $"{prefix}Score")), new("accuracy", metrics.MicroAccuracy)]
            : [new("accuracy", metrics.MicroAccuracy), new("macro accuracy", metrics.MacroAccuracy)];
    }

    public override IReadOnlyList<Figure> Naive(IDataView train, IDataView test)
    {
        var counts = train.GetColumn<string>(Truth).CountBy(truth => truth).ToList();
        var majority = counts.MaxBy(count => count.Value).Key;
        var accuracy = test.GetColumn<string>(Truth).Average(truth => truth == majority ? 1.0 : 0.0);
        return counts.Count == 2
            ? [new("AUC", 0.5), new("accuracy", accuracy)]
            : [new("accuracy", accuracy), new("macro accuracy", 1.0 / test.GetColumn<string>(Truth).Distinct().Count())];
    }

    /// <summary>Two classes: how often one of the second is ranked above one of the first.</summary>
    private static double Auc(IDataView scored, string label, string score)
    {
        var second = scored.GetColumn<float[]>(score).Select(probabilities => probabilities[1]);
        var rows = scored.GetColumn<uint>(label).Zip(second, (key, value) => (Key: key, Value: value)).ToLookup(row => row.Key, row => row.Value);
        return rows[2].Average(positive => rows[1].Average(negative => positive > negative ? 1.0 : positive < negative ? 0.0 : 0.5));
    }
}
