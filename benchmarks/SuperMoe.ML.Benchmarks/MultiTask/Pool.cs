using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One method's predictions of one task, pooled over folds before a metric is taken.</summary>
/// <param name="width">The scores of a user: one is the logit of yes, several are the probabilities of as many classes.</param>
internal sealed class Pool(int width)
{
    private readonly List<float> _scores = [];
    private readonly List<float> _labels = [];

    /// <summary>Adds a user.</summary>
    /// <param name="scores">As many as the width.</param>
    /// <param name="label">The class from 0.</param>
    public void Add(ReadOnlySpan<float> scores, int label)
    {
        if (scores.Length != width) { throw new ArgumentException($"There are {scores.Length} scores; expected {width}.", nameof(scores)); }
        _scores.AddRange(scores);
        _labels.Add(label);
    }

    /// <summary>The metrics over all users.</summary>
    public Dictionary<string, double> Metrics() => width == 1 ? Binary() : Multiclass();

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
