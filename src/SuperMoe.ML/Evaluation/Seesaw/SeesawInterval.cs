namespace SuperMoe.ML;

/// <summary>
/// A mean over seeds with its confidence interval, by Student's t: over seeds, mean ± t · s / sqrt(n) of the n seeds' values; or over users too, with the variance of both chances.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="Lower">The lower end; NaN with a single seed, which tells nothing of chance, and where a value is NaN.</param>
/// <param name="Upper">The upper end; NaN where <paramref name="Lower"/> is.</param>
public sealed record SeesawInterval(double Mean, double Lower, double Upper)
{
    internal static SeesawInterval Of(IReadOnlyList<double> values, double confidence)
    {
        var mean = values.Average();
        if (values.Count < 2) { return new SeesawInterval(mean, double.NaN, double.NaN); }
        var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1);
        var half = Evaluation.Seesaw.StudentT.CriticalValue(confidence, values.Count - 1) * Math.Sqrt(variance / values.Count);
        return new SeesawInterval(mean, mean - half, mean + half);
    }
}
