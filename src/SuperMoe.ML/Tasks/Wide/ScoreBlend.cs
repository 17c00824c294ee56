namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// How much the wide part and the network count: w · wide + d · deep, by the labels that validation keeps, which neither has learned from. Both have a normal prior
/// of variance 1, of mean 1 for the wide part, whose strength cross-validation has chosen, and of mean 0 for the network, which has learned its labels by heart where they are few. Neither counts
/// less than nothing.
/// </summary>
internal static class ScoreBlend
{
    /// <summary>The two factors.</summary>
    /// <param name="loss">The loss, of O outputs.</param>
    /// <param name="wide">n × O outputs of the wide part.</param>
    /// <param name="deep">n × O outputs of the network.</param>
    /// <param name="labels">n labels.</param>
    public static (double Wide, double Deep) Fit(ILinearLoss loss, float[] wide, float[] deep, float[] labels)
    {
        var both = Minimize(true, true);
        if (both[0] >= 0 && both[1] >= 0) { return (both[0], both[1]); }
        return both[0] < 0 ? (0, Math.Max(0, Minimize(false, true)[1])) : (Math.Max(0, Minimize(true, false)[0]), 0);

        double[] Minimize(bool hasWide, bool hasDeep) =>
            Lbfgs.Minimize((at, slope) => Slope(at, slope, hasWide, hasDeep), [hasWide ? 1 : 0, 0], tolerance: 1e-9);

        double Slope(ReadOnlySpan<double> at, Span<double> slope, bool hasWide, bool hasDeep)
        {
            var outputs = new double[loss.Outputs];
            double value = 0, wideSlope = 0, deepSlope = 0;
            for (var row = 0; row < labels.Length; row++)
            {
                var first = row * outputs.Length;
                for (var o = 0; o < outputs.Length; o++) { outputs[o] = (at[0] * wide[first + o]) + (at[1] * deep[first + o]); }
                value += loss.Slopes(outputs, labels[row]);
                for (var o = 0; o < outputs.Length; o++)
                {
                    wideSlope += outputs[o] * wide[first + o];
                    deepSlope += outputs[o] * deep[first + o];
                }
            }
            slope[0] = hasWide ? wideSlope + at[0] - 1 : 0;
            slope[1] = hasDeep ? deepSlope + at[1] : 0;
            var prior = ((at[0] - 1) * (at[0] - 1)) + (at[1] * at[1]);
            return value + (prior / 2);
        }
    }
}
