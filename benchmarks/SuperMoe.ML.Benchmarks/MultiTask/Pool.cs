using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One method's predictions of one task, pooled over folds before a metric is taken.</summary>
/// <param name="classes">The number of classes; 2 is yes or no, where the score is the logit of yes.</param>
internal sealed class Pool(int classes)
{
    private readonly List<float> _scores = [];
    private readonly List<float> _labels = [];

    /// <summary>Adds a user.</summary>
    /// <param name="scores">A probability for each class, or one logit.</param>
    /// <param name="label">The class from 0.</param>
    public void Add(ReadOnlySpan<float> scores, int label)
    {
        var expected = classes == 2 ? 1 : classes;
        if (scores.Length != expected) { throw new ArgumentException($"There are {scores.Length} scores; expected {expected}.", nameof(scores)); }
        _scores.AddRange(scores);
        _labels.Add(label);
    }

    /// <summary>The metrics over all users.</summary>
    public Dictionary<string, double> Metrics() => classes == 2 ? Binary() : Multiclass();

    private Dictionary<string, double> Binary()
    {
        var result = BinaryEvaluation.Of([.. _scores], [.. _labels]);
        var probabilities = _scores.SelectMany(s => (float[])[s > 0 ? 0 : 1, s > 0 ? 1 : 0]);
        var f1 = MulticlassEvaluation.Of([.. probabilities], [.. _labels], 2).MacroF1;
        return new Dictionary<string, double> { ["AUC"] = result.Auc, ["Accuracy"] = result.Accuracy, ["MacroF1"] = f1, ["LogLoss"] = result.LogLoss };
    }

    private Dictionary<string, double> Multiclass()
    {
        var result = MulticlassEvaluation.Of([.. _scores], [.. _labels], classes);
        return new Dictionary<string, double> { ["Accuracy"] = result.Accuracy, ["MacroF1"] = result.MacroF1, ["LogLoss"] = result.LogLoss };
    }
}
