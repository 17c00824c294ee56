namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Of a label of 0 or 1, by one logit.</summary>
internal sealed class LogisticLoss : ILinearLoss
{
    /// <inheritdoc/>
    public int Outputs => 1;

    /// <inheritdoc/>
    public double[] Prior(IEnumerable<float> labels)
    {
        double yes = 0.5, no = 0.5; // Jeffreys: finite where all labels are the same
        foreach (var label in labels)
        {
            if (label > 0) { yes++; }
            else { no++; }
        }
        return [Math.Log(yes / no)];
    }

    /// <inheritdoc/>
    public double Slopes(Span<double> outputs, float label)
    {
        var logit = outputs[0];
        var tail = Math.Exp(-Math.Abs(logit));
        outputs[0] = (logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail)) - label;
        return Math.Max(logit, 0) - (logit * label) + Math.Log(1 + tail);
    }
}
