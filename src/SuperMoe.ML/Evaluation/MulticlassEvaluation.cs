namespace SuperMoe.ML.Evaluation;

/// <summary>How well probabilities tell classes apart.</summary>
/// <param name="Count">The number of labels that are present.</param>
/// <param name="Accuracy">The share of labels that have the largest probability, the first of equals. NaN without labels.</param>
/// <param name="MacroF1">
/// The mean over classes of F1 = 2 TP / (2 TP + FP + FN). Classes that neither a label nor a prediction names are left out (as in
/// scikit-learn). NaN without labels.
/// </param>
/// <param name="LogLoss">
/// The mean of -log of the label's probability, in nats; probabilities below 1e-15 count as 1e-15. NaN without labels.
/// </param>
internal sealed record MulticlassEvaluation(int Count, double Accuracy, double MacroF1, double LogLoss)
{
    private const double LeastProbability = 1e-15;

    /// <summary>Compares probabilities with labels; a probability that is NaN makes every figure NaN.</summary>
    /// <param name="probabilities">N × C, user after user.</param>
    /// <param name="labels">One label a user: the class from 0 to C - 1, NaN is missing.</param>
    /// <param name="classes">The number of classes C.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label that is no class.</exception>
    public static MulticlassEvaluation Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Labels.CheckLengths(probabilities.Length, (long)labels.Length * classes);
        var confusion = new ClassCounts(classes);
        double loss = 0;
        var hasNaN = false;
        for (var i = 0; i < labels.Length; i++)
        {
            if (float.IsNaN(labels[i])) { continue; }
            var label = Class(labels[i], classes);
            var row = probabilities.Slice(i * classes, classes);
            confusion.Add(label, Largest(row));
            hasNaN |= HasNaN(row);
            loss -= Math.Log(Math.Max(row[label], LeastProbability));
        }
        double count = confusion.Count;
        return hasNaN
            ? new MulticlassEvaluation(confusion.Count, double.NaN, double.NaN, double.NaN)
            : new MulticlassEvaluation(confusion.Count, confusion.Correct / count, confusion.MacroF1(), loss / count);
    }

    private static int Class(float label, int classes)
    {
        if (label >= 0 && label < classes && label == MathF.Floor(label)) { return (int)label; }
        throw new ArgumentOutOfRangeException(nameof(label), label, $"A label must be a whole number from 0 to {classes - 1}.");
    }

    private static bool HasNaN(ReadOnlySpan<float> row)
    {
        foreach (var probability in row)
        {
            if (float.IsNaN(probability)) { return true; }
        }
        return false;
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var c = 1; c < row.Length; c++)
        {
            if (row[c] > row[best]) { best = c; }
        }
        return best;
    }
}
