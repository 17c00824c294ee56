namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>Pearson's correlation.</summary>
internal static class Correlation
{
    /// <returns>NaN where one side does not vary.</returns>
    public static double Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        return xy / Math.Sqrt(xx * yy);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) { sum += value; }
        return sum / values.Length;
    }
}
