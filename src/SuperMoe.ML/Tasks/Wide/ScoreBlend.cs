namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// How much the wide part and the network count: a · wide + d · deep, by the labels that validation keeps, which neither has learned from. Cross-validation over many more labels has made the wide part's slope
/// 1, whatever part of it the network tells as well: so the sum is s · wide + d · rest, where the rest is what of the network does not follow linearly from the wide part, deep - r · wide, and a = s - r · d. s has
/// a normal prior of mean 1 and variance 0.03, and d, of a network that has learned its labels by heart where they are few, one of mean 0 and variance 0.1. Neither a nor d is below 0.
/// </summary>
internal static class ScoreBlend
{
    private const double SlopeVariance = 0.03;
    private const double NetworkVariance = 0.1;

    /// <summary>The two factors.</summary>
    /// <param name="loss">The loss, of O outputs.</param>
    /// <param name="wide">n × O outputs of the wide part.</param>
    /// <param name="deep">n × O outputs of the network.</param>
    /// <param name="labels">n labels.</param>
    public static (double Wide, double Deep) Fit(ILinearLoss loss, float[] wide, float[] deep, float[] labels)
    {
        var slope = Slope(wide, deep, loss.Outputs);
        var rest = new float[deep.Length];
        for (var i = 0; i < rest.Length; i++) { rest[i] = (float)(deep[i] - (slope * wide[i])); }
        var problem = new Problem(loss, labels);
        var (s, d) = problem.Minimize(wide, rest, true, true, NetworkVariance);
        if (d < 0) { return (Math.Max(0, problem.Minimize(wide, rest, true, false, NetworkVariance).First), 0); }
        var a = s - (slope * d);
        return a >= 0 ? (a, d) : (0, Math.Max(0, problem.Minimize(wide, deep, false, true, 1).Second)); // a network that tells it all is calibrated by the labels alone
    }

    // Of the network's outputs by those of the wide part. Only differences count: between rows, and between the outputs of a row where there are several.
    private static double Slope(float[] wide, float[] deep, int outputs)
    {
        var (w, d) = (Centred(wide, outputs), Centred(deep, outputs));
        double product = 0, square = 0;
        for (var i = 0; i < w.Length; i++)
        {
            product += w[i] * d[i];
            square += w[i] * w[i];
        }
        return square > 0 ? product / square : 0;
    }

    private static double[] Centred(float[] values, int outputs)
    {
        var rows = values.Length / outputs;
        double[] result = [.. values];
        if (outputs > 1)
        {
            for (var row = 0; row < rows; row++)
            {
                var mean = result.AsSpan(row * outputs, outputs).ToArray().Average();
                for (var o = 0; o < outputs; o++) { result[(row * outputs) + o] -= mean; }
            }
        }
        for (var o = 0; o < outputs; o++)
        {
            var sum = 0.0;
            for (var row = 0; row < rows; row++) { sum += result[(row * outputs) + o]; }
            for (var row = 0; row < rows; row++) { result[(row * outputs) + o] -= sum / rows; }
        }
        return result;
    }

    private sealed class Problem(ILinearLoss loss, float[] labels)
    {
        // The factors of two outputs' sum; one that is not there is 0.
        public (double First, double Second) Minimize(float[] first, float[] second, bool hasFirst, bool hasSecond, double variance)
        {
            var best = Lbfgs.Minimize((at, slope) => Slope(at, slope, first, second, hasFirst, hasSecond, variance), [hasFirst ? 1 : 0, 0], tolerance: 1e-9);
            return (best[0], best[1]);
        }

        private double Slope(ReadOnlySpan<double> at, Span<double> slope, float[] first, float[] second, bool hasFirst, bool hasSecond, double variance)
        {
            var outputs = new double[loss.Outputs];
            double value = 0, firstSlope = 0, secondSlope = 0;
            for (var row = 0; row < labels.Length; row++)
            {
                var start = row * outputs.Length;
                for (var o = 0; o < outputs.Length; o++) { outputs[o] = (at[0] * first[start + o]) + (at[1] * second[start + o]); }
                value += loss.Slopes(outputs, labels[row]);
                for (var o = 0; o < outputs.Length; o++)
                {
                    firstSlope += outputs[o] * first[start + o];
                    secondSlope += outputs[o] * second[start + o];
                }
            }
            slope[0] = hasFirst ? firstSlope + ((at[0] - 1) / SlopeVariance) : 0;
            slope[1] = hasSecond ? secondSlope + (at[1] / variance) : 0;
            var prior = ((at[0] - 1) * (at[0] - 1) / SlopeVariance) + (at[1] * at[1] / variance);
            return value + (prior / 2);
        }
    }
}
