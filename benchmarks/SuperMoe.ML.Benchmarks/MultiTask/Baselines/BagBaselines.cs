using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>Majority, logistic regression and LightGBM (with ML.NET's default settings) on bags of items.</summary>
/// <param name="ml">The context.</param>
/// <param name="bag">What makes the features.</param>
/// <param name="width">As <see cref="Pool"/> knows it.</param>
/// <param name="seed">The seed of LightGBM.</param>
internal sealed class BagBaselines(MLContext ml, Bag bag, int width, int seed)
{
    private const string Label = nameof(BagRow.Label);
    private const string IsYes = nameof(BagRow.IsYes);
    private const string Features = nameof(BagRow.Features);

    /// <summary>Trains each method and asks it.</summary>
    /// <returns>Per method, the scores for each question as <see cref="Pool.Add"/> takes them.</returns>
    public IEnumerable<(string Method, List<float[]> Scores)> Run(IReadOnlyList<BagExample> training, IReadOnlyList<BagExample> questions)
    {
        yield return ("Majority", Majority(training, questions.Count));
        var (train, test) = (View(training), View(questions));
        if (width == 1)
        {
            yield return ("Logistic regression", Binary(ml.BinaryClassification.Trainers.LbfgsLogisticRegression(
                new LbfgsLogisticRegressionBinaryTrainer.Options { LabelColumnName = IsYes, NumberOfThreads = 1 }), train, test));
            yield return ("LightGBM", Binary(ml.BinaryClassification.Trainers.LightGbm(
                new LightGbmBinaryTrainer.Options { LabelColumnName = IsYes, NumberOfThreads = 1, Seed = seed }), train, test));
        }
        else
        {
            yield return ("Logistic regression", Multiclass(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new LbfgsMaximumEntropyMulticlassTrainer.Options { LabelColumnName = Label, NumberOfThreads = 1 }), train, test));
            yield return ("LightGBM", Multiclass(ml.MulticlassClassification.Trainers.LightGbm(
                new LightGbmMulticlassTrainer.Options { LabelColumnName = Label, NumberOfThreads = 1, Seed = seed }), train, test));
        }
    }

    private List<float[]> Majority(IReadOnlyList<BagExample> training, int questions)
    {
        var shares = new float[Math.Max(2, width)];
        foreach (var example in training) { shares[example.Label] += 1f / training.Count; }
        var scores = width == 1 ? [Logit(shares[1])] : shares;
        return [.. Enumerable.Repeat(scores, questions)];
    }

    private List<float[]> Binary<T>(IEstimator<T> trainer, IDataView train, IDataView test)
        where T : class, ITransformer
    {
        var scored = trainer.Fit(train).Transform(test);
        return [.. ml.Data.CreateEnumerable<BagProbability>(scored, reuseRowObject: true).Select(p => (float[])[Logit(p.Probability)])];
    }

    private List<float[]> Multiclass<T>(IEstimator<T> trainer, IDataView train, IDataView test)
        where T : class, ITransformer
    {
        var scored = trainer.Fit(train).Transform(test);
        return [.. ml.Data.CreateEnumerable<BagProbabilities>(scored, reuseRowObject: false).Select(p => p.Score)];
    }

    private IDataView View(IReadOnlyList<BagExample> examples)
    {
        var schema = SchemaDefinition.Create(typeof(BagRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, bag.Size);
        schema[Label].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(2, width));
        return ml.Data.Cache(ml.Data.LoadFromEnumerable(examples.Select(bag.Row), schema));
    }

    private static float Logit(float probability)
    {
        var p = Math.Clamp((double)probability, 1e-6, 1 - 1e-6);
        return (float)Math.Log(p / (1 - p));
    }
}
