using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One method's predictions of one task, pooled over folds before a metric is taken.</summary>
/// <param name="width">What a user's scores are: <see cref="Number"/> is the number itself, 1 is the logit of yes, more are the probabilities of as many classes.</param>
internal sealed class Pool(int width) : IPool
{
    /// <summary>The width of a task whose label is a number.</summary>
    public const int Number = 0;

    private readonly List<float> _scores = [];
    private readonly List<float> _labels = [];
    private readonly List<int> _places = [];

    private int Width => Math.Max(1, width);

    /// <summary>Adds a user.</summary>
    /// <param name="scores">As many as the width, and one number.</param>
    /// <param name="label">The class from 0, or the number.</param>
    /// <param name="place">The user's place among all that are judged; <see langword="null"/> for the next.</param>
    public void Add(ReadOnlySpan<float> scores, float label, int? place = null)
    {
        if (scores.Length != Width) { throw new ArgumentException($"There are {scores.Length} scores; expected {Width}.", nameof(scores)); }
        _scores.AddRange(scores);
        _places.Add(place ?? _labels.Count);
        _labels.Add(label);
    }

    /// <inheritdoc/>
    public Dictionary<string, double> Metrics() => Metrics([.. _scores], [.. _labels]);

    /// <inheritdoc/>
    public Dictionary<string, double>[] WithoutGroup(int users) => UserGroups.Without(users, _places, kept =>
        Metrics([.. kept.SelectMany(i => _scores.GetRange(i * Width, Width))], [.. kept.Select(i => _labels[i])]));

    private Dictionary<string, double> Metrics(float[] scores, float[] labels) => width switch
    {
        Number => Regression(scores, labels),
        1 => Binary(scores, labels),
        _ => Multiclass(scores, labels),
    };

    private static Dictionary<string, double> Regression(float[] scores, float[] labels)
    {
        var result = RegressionEvaluation.Of(scores, labels);
        return new Dictionary<string, double> { ["R2"] = result.RSquared, ["RMSE"] = result.RootMeanSquaredError, ["MAE"] = result.MeanAbsoluteError };
    }

    private static Dictionary<string, double> Binary(float[] scores, float[] labels)
    {
        var result = BinaryEvaluation.Of(scores, labels);
        var probabilities = scores.SelectMany(s => (float[])[s > 0 ? 0 : 1, s > 0 ? 1 : 0]);
        var f1 = MulticlassEvaluation.Of([.. probabilities], labels, 2).MacroF1;
        return new Dictionary<string, double> { ["AUC"] = result.Auc, ["Accuracy"] = result.Accuracy, ["MacroF1"] = f1, ["LogLoss"] = result.LogLoss };
    }

    private Dictionary<string, double> Multiclass(float[] scores, float[] labels)
    {
        var result = MulticlassEvaluation.Of(scores, labels, width);
        return new Dictionary<string, double> { ["Accuracy"] = result.Accuracy, ["MacroF1"] = result.MacroF1, ["LogLoss"] = result.LogLoss };
    }
}
