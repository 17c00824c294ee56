using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>ML.NET's own learners on features: the majority (or the mean), logistic regression (for numbers, which are counts here, Poisson regression) and LightGBM, with ML.NET's default settings.</summary>
/// <param name="ml">The context.</param>
/// <param name="size">The number of features.</param>
/// <param name="width">As <see cref="Pool"/> knows it.</param>
/// <param name="seed">The seed of LightGBM.</param>
/// <param name="standardize">Whether the regression sees features with mean 0 and variance 1, as it has to where they are not counts.</param>
internal sealed class Learners(MLContext ml, int size, int width, int seed, bool standardize = false)
{
    public const string Simplest = "Majority";
    public const string Regression = "Logistic regression";
    public const string Trees = "LightGBM";

    private const string Label = nameof(FeatureRow.Label);
    private const string IsYes = nameof(FeatureRow.IsYes);
    private const string Number = nameof(FeatureRow.Number);
    private const string Features = nameof(FeatureRow.Features);

    /// <summary>Trains each method and asks it.</summary>
    /// <returns>Per method, the scores for each question as <see cref="Pool.Add"/> takes them.</returns>
    public IEnumerable<(string Method, List<float[]> Scores)> Run(IReadOnlyList<FeatureRow> training, IReadOnlyList<FeatureRow> questions)
    {
        yield return (Simplest, Majority(training, questions.Count));
        var (train, test) = (View(training), View(questions));
        yield return (Regression, Ask(Standardized(RegressionTrainer()), train, test));
        yield return (Trees, Ask(TreeTrainer(), train, test));
    }

    private List<float[]> Majority(IReadOnlyList<FeatureRow> training, int questions)
    {
        float[] scores;
        if (width == Pool.Number)
        {
            scores = [training.Average(r => r.Number)];
        }
        else
        {
            var shares = new float[Math.Max(2, width)];
            foreach (var row in training) { shares[row.Label] += 1f / training.Count; }
            scores = width == 1 ? [Logit(shares[1])] : shares;
        }
        return [.. Enumerable.Repeat(scores, questions)];
    }

    private IEstimator<ITransformer> Standardized(IEstimator<ITransformer> trainer) =>
        standardize ? ml.Transforms.NormalizeMeanVariance(Features, fixZero: false).Append(trainer) : trainer;

    private IEstimator<ITransformer> RegressionTrainer() => width switch
    {
        Pool.Number => ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options { LabelColumnName = Number, NumberOfThreads = 1 }),
        1 => ml.BinaryClassification.Trainers.LbfgsLogisticRegression(
            new LbfgsLogisticRegressionBinaryTrainer.Options { LabelColumnName = IsYes, NumberOfThreads = 1 }),
        _ => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options { LabelColumnName = Label, NumberOfThreads = 1 }),
    };

    private IEstimator<ITransformer> TreeTrainer() => width switch
    {
        Pool.Number => ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { LabelColumnName = Number, NumberOfThreads = 1, Seed = seed }),
        1 => ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { LabelColumnName = IsYes, NumberOfThreads = 1, Seed = seed }),
        _ => ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { LabelColumnName = Label, NumberOfThreads = 1, Seed = seed }),
    };

    private List<float[]> Ask(IEstimator<ITransformer> trainer, IDataView train, IDataView test)
    {
        var scored = trainer.Fit(train).Transform(test);
        return width switch
        {
            Pool.Number => [.. scored.GetColumn<float>("Score").Select(s => (float[])[s])],
            1 => [.. scored.GetColumn<float>("Probability").Select(p => (float[])[Logit(p)])],
            _ => [.. scored.GetColumn<float[]>("Score")],
        };
    }

    private IDataView View(IReadOnlyList<FeatureRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        schema[Label].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(2, width));
        return ml.Data.Cache(ml.Data.LoadFromEnumerable(rows, schema));
    }

    private static float Logit(float probability)
    {
        var p = Math.Clamp((double)probability, 1e-6, 1 - 1e-6);
        return (float)Math.Log(p / (1 - p));
    }
}
