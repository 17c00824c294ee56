using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;
using SuperMoe.ML;

namespace Quickstart.Labels;

/// <summary>A number.</summary>
internal sealed class RegressionLabel(string name) : Label(name)
{
    public override SuperMoeTask Task => new RegressionTask(Name);

    public override IEstimator<ITransformer> MakeTarget(MLContext ml) => ml.Transforms.CopyColumns(Target, Truth);

    public override IEstimator<ITransformer> Linear(MLContext ml) => ml.Regression.Trainers.Sdca(Target, Features, l2Regularization: SdcaL2);

    public override IEstimator<ITransformer> LightGbm(MLContext ml, int seed) =>
        ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            LabelColumnName = Target,
            FeatureColumnName = Features,
            Seed = seed,
            Deterministic = true,
            NumberOfThreads = Threads,
        });

    public override IReadOnlyList<Figure> Judge(MLContext ml, IDataView scored, string label, string prefix)
    {
        var metrics = ml.Regression.Evaluate(scored, label, $"{prefix}Score");
        return [new("mean error", metrics.MeanAbsoluteError, HigherIsBetter: false), new("R²", metrics.RSquared)];
    }

    public override IReadOnlyList<Figure> Naive(IDataView train, IDataView test)
    {
        var mean = train.GetColumn<float>(Truth).Average();
        var truths = test.GetColumn<float>(Truth).ToList();
        var testMean = truths.Average();
        var unexplained = truths.Sum(truth => Math.Pow(truth - mean, 2)) / truths.Sum(truth => Math.Pow(truth - testMean, 2));
        return [new("mean error", truths.Average(truth => Math.Abs(truth - mean)), HigherIsBetter: false), new("R²", 1.0 - unexplained)];
    }
}
