namespace SuperMoe.ML.Evaluation;

/// <summary>Per class: how often it was the label, the prediction, and both.</summary>
/// <param name="classes">The number of classes.</param>
internal sealed class ClassCounts(int classes)
{
    private readonly int[] _labels = new int[classes];
    private readonly int[] _predictions = new int[classes];
    private readonly int[] _both = new int[classes];

    /// <summary>The number of predictions.</summary>
    public int Count { get; private set; }

    /// <summary>The number of right ones.</summary>
    public int Correct { get; private set; }

    public void Add(int label, int prediction)
    {
        Count++;
        _labels[label]++;
        _predictions[prediction]++;
        if (label != prediction) { return; }
        _both[label]++;
        Correct++;
    }

    /// <summary>
    /// The mean F1 of the classes that were a label or a prediction; NaN if none was. 2 TP + FP + FN is labels + predictions.
    /// </summary>
    public double MacroF1()
    {
        double sum = 0;
        var seen = 0;
        for (var c = 0; c < _labels.Length; c++)
        {
            var named = (double)_labels[c] + _predictions[c];
            if (named == 0) { continue; }
            sum += 2.0 * _both[c] / named;
            seen++;
        }
        return seen == 0 ? double.NaN : sum / seen;
    }
}
