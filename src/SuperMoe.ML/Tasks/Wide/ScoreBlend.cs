namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// How much the wide part and the network count: a · wide + d · deep, by the labels that validation keeps, which neither has learned from. Cross-validation over many more labels has made the wide part's slope
/// 1, whatever part of it the network tells as well: so the sum is s · wide + d · rest, where the rest is what of the network is not in proportion to the wide part, deep - r · wide, and a = s - r · d. s has
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
        var r = Proportion(wide, deep, loss.Outputs);
        float[] rest = [.. deep.Zip(wide, (d, w) => (float)(d - (r * w)))];
        var problem = new Problem(loss, wide, rest, labels);
        var (s, d) = problem.Minimize((1, 0), (0, 1));
        if (d >= 0 && s >= r * d) { return (s - (r * d), d); }

        // The best of those in which one part does not count.
        var withoutNetwork = problem.Minimize((1, 0));
        var withoutWide = problem.Minimize((r, 1));
        if (withoutNetwork.First < 0) { withoutNetwork = (0, 0); }
        if (withoutWide.Second < 0) { withoutWide = (0, 0); }
        return problem.Value(withoutNetwork) <= problem.Value(withoutWide) ? (withoutNetwork.First, 0) : (0, withoutWide.Second);
    }

    // r, by least squares. Where a row has several outputs, only their differences count.
    private static double Proportion(float[] wide, float[] deep, int outputs)
    {
        double product = 0, square = 0;
        for (var start = 0; start < wide.Length; start += outputs)
        {
            var (wideMean, deepMean) = (0.0, 0.0);
            for (var o = start; o < start + outputs && outputs > 1; o++) { (wideMean, deepMean) = (wideMean + (wide[o] / outputs), deepMean + (deep[o] / outputs)); }
            for (var o = start; o < start + outputs; o++)
            {
                product += (wide[o] - wideMean) * (deep[o] - deepMean);
                square += (wide[o] - wideMean) * (wide[o] - wideMean);
            }
        }
        return square > 0 ? product / square : 0;
    }

    // Minus the logarithm of what is likely: of s · first + d · second.
    private sealed class Problem(ILinearLoss loss, float[] first, float[] second, float[] labels)
    {
        /// <summary>The best (s, d) among sums of multiples of some.</summary>
        public (double First, double Second) Minimize(params (double First, double Second)[] directions)
        {
            var start = new double[directions.Length];
            if (directions[0].First == 1) { start[0] = 1; }
            return Sum(Lbfgs.Minimize(
                (at, slope) =>
                {
                    var (value, gradient) = Evaluate(Sum(at));
                    for (var i = 0; i < slope.Length; i++) { slope[i] = (gradient.First * directions[i].First) + (gradient.Second * directions[i].Second); }
                    return value;
                },
                start,
                tolerance: 1e-9));

            (double First, double Second) Sum(ReadOnlySpan<double> at)
            {
                var (s, d) = (0.0, 0.0);
                for (var i = 0; i < at.Length; i++) { (s, d) = (s + (at[i] * directions[i].First), d + (at[i] * directions[i].Second)); }
                return (s, d);
            }
        }

        public double Value((double First, double Second) at) => Evaluate(at).Value;

        private (double Value, (double First, double Second) Gradient) Evaluate((double First, double Second) at)
        {
            var outputs = new double[loss.Outputs];
            double value = 0, firstSlope = 0, secondSlope = 0;
            for (var row = 0; row < labels.Length; row++)
            {
                var start = row * outputs.Length;
                for (var o = 0; o < outputs.Length; o++) { outputs[o] = (at.First * first[start + o]) + (at.Second * second[start + o]); }
                value += loss.Slopes(outputs, labels[row]);
                for (var o = 0; o < outputs.Length; o++)
                {
                    firstSlope += outputs[o] * first[start + o];
                    secondSlope += outputs[o] * second[start + o];
                }
            }
            var (s, d) = (at.First - 1, at.Second);
            value += ((s * s / SlopeVariance) + (d * d / NetworkVariance)) / 2;
            return (value, (firstSlope + (s / SlopeVariance), secondSlope + (d / NetworkVariance)));
        }
    }
}
