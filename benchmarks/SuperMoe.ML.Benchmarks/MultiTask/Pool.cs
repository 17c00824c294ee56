using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One method's predictions of one task, pooled over folds before a metric is taken.</summary>
/// <param name="width">What a user's scores are: <see cref="Number"/> is the number itself, 1 is the logit of yes, more are the probabilities of as many classes.</param>
internal sealed class Pool(int width)
{
    /// <summary>The width of a task whose label is a number.</summary>
    public const int Number = 0;

    private readonly List<float> _scores = [];
    private readonly List<float> _labels = [];

    /// <summary>Adds a user.</summary>
    /// <param name="scores">As many as the width, and one number.</param>
    /// <param name="label">The class from 0, or the number.</param>
    public void Add(ReadOnlySpan<float> scores, float label)
    {
        if (scores.Length != Math.Max(1, width)) { throw new ArgumentException($"There are {scores.Length} scores; expected {Math.Max(1, width)}.", nameof(scores)); }
        _scores.AddRange(scores);
        _labels.Add(label);
    }

    /// <summary>The metrics over all users.</summary>
    public Dictionary<string, double> Metrics() => width switch { Number => Regression(), 1 => Binary(), _ => Multiclass() };

    private Dictionary<string, double> Regression()
    {
        var result = RegressionEvaluation.Of([.. _scores], [.. _labels]);
        return new Dictionary<string, double> { ["R2"] = result.RSquared, ["RMSE"] = result.RootMeanSquaredError, ["MAE"] = result.MeanAbsoluteError };
    }

    private Dictionary<string, double> Binary()
    {
        var result = BinaryEvaluation.Of([.. _scores], [.. _labels]);
        var probabilities = _scores.SelectMany(s => (float[])[s > 0 ? 0 : 1, s > 0 ? 1 : 0]);
        var f1 = MulticlassEvaluation.Of([.. probabilities], [.. _labels], 2).MacroF1;
        return new Dictionary<string, double> { ["AUC"] = result.Auc, ["Accuracy"] = result.Accuracy, ["MacroF1"] = f1, ["LogLoss"] = result.LogLoss };
    }

    private Dictionary<string, double> Multiclass()
    {
        var result = MulticlassEvaluation.Of([.. _scores], [.. _labels], width);
        return new Dictionary<string, double> { ["Accuracy"] = result.Accuracy, ["MacroF1"] = result.MacroF1, ["LogLoss"] = result.LogLoss };
    }
}
