using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;
using SuperMoe.ML;

namespace Quickstart.Labels;

/// <summary>Yes or no, as 1 or 0.</summary>
internal sealed class BinaryLabel(string name) : Label(name)
{
    public override SuperMoeTask Task => new BinaryTask(Name);

    public override IEstimator<ITransformer> MakeTarget(MLContext ml) =>
        ml.Transforms.Conversion.ConvertType(Target, Truth, DataKind.Boolean);

    public override IEstimator<ITransformer> Linear(MLContext ml) =>
        ml.BinaryClassification.Trainers.LbfgsLogisticRegression(Target, Features, l1Regularization: 0, l2Regularization: L2);

    public override IEstimator<ITransformer> LightGbm(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            LabelColumnName = Target,
            FeatureColumnName = Features,
            Seed = seed,
            Deterministic = true,
            NumberOfThreads = Threads,
        });

    public override IReadOnlyList<Figure> Judge(MLContext ml, IDataView scored, string label, string prefix)
    {
        var metrics = ml.BinaryClassification.Evaluate(scored, label, $"{prefix}Score", $"{prefix}Probability", $"{prefix}PredictedLabel");
        return [new("AUC", metrics.AreaUnderRocCurve), new("accuracy", metrics.Accuracy)];
    }

    public override IReadOnlyList<Figure> Naive(IDataView train, IDataView test)
    {
        var majority = train.GetColumn<float>(Truth).Average() > 0.5 ? 1f : 0f;
        return [new("AUC", 0.5), new("accuracy", test.GetColumn<float>(Truth).Average(truth => truth == majority ? 1.0 : 0.0))];
    }
}
