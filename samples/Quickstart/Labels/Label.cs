using Microsoft.ML;
using SuperMoe.ML;

namespace Quickstart.Labels;

/// <summary>Something to be known about a user: its task for SuperMoe, its simpler trainers, its metrics.</summary>
/// <param name="name">The label's column; the column <c>name.Truth</c> shows it for test users, too.</param>
internal abstract class Label(string name)
{
    /// <summary>The column from which the simpler trainers learn.</summary>
    public const string Target = "Label";

    /// <summary>The column of what they learn from.</summary>
    public const string Features = "Features";

    /// <summary>A thousand sparse features and hardly more users ask for more regularization than the default of 1.</summary>
    protected const float L2 = 30;

    /// <summary>SDCA divides its loss by the number of users.</summary>
    protected const float SdcaL2 = 0.1f;

    /// <summary>LightGBM is fastest on data this small with one thread.</summary>
    protected const int Threads = 1;

    public string Name => name;

    public string Truth => $"{name}.Truth";

    public abstract SuperMoeTask Task { get; }

    /// <summary>Makes <see cref="Target"/> of <see cref="Truth"/>.</summary>
    public abstract IEstimator<ITransformer> MakeTarget(MLContext ml);

    /// <summary>Logistic or linear regression.</summary>
    public abstract IEstimator<ITransformer> Linear(MLContext ml);

    /// <summary>Boosted trees.</summary>
    public abstract IEstimator<ITransformer> LightGbm(MLContext ml, int seed);

    /// <summary>The metrics of predictions in the columns <c>prefix + Score</c> and so on, on the labels in <paramref name="label"/>.</summary>
    public abstract IReadOnlyList<Figure> Judge(MLContext ml, IDataView scored, string label, string prefix);

    /// <summary>The same metrics for who knows only how labels are spread over <paramref name="train"/>.</summary>
    public abstract IReadOnlyList<Figure> Naive(IDataView train, IDataView test);
}
