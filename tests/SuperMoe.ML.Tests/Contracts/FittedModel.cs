using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>One trained model for the tests of a class.</summary>
public sealed class FittedModel : IDisposable
{
    public FittedModel()
    {
        Train = SampleUsers.KeyedView(ML, 60);
        Test = SampleUsers.KeyedView(ML, 23, seed: 9);
        Estimator = ML.Transforms.SuperMoe(SampleUsers.Options());
        Model = Estimator.Fit(Train);
    }

    public MLContext ML { get; } = new(1);

    /// <summary>60 users.</summary>
    public IDataView Train { get; }

    /// <summary>23 users of other behaviour: three batches of seven and a rest.</summary>
    public IDataView Test { get; }

    public SuperMoeEstimator Estimator { get; }

    public SuperMoeTransformer Model { get; }

    public void Dispose() => Model.Dispose();
}
