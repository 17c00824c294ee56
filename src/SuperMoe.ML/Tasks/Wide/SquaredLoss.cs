namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Of a number, by its standardized value: half the square of the error, which is a normal distribution's of variance 1.</summary>
/// <param name="mean">The labels' mean.</param>
/// <param name="deviation">Their standard deviation.</param>
internal sealed class SquaredLoss(double mean, double deviation) : ILinearLoss
{
    /// <inheritdoc/>
    public int Outputs => 1;

    /// <inheritdoc/>
    public double[] Prior(IEnumerable<float> labels) => [labels.Select(l => (l - mean) / deviation).DefaultIfEmpty(0).Average()];

    /// <inheritdoc/>
    public double Slopes(Span<double> outputs, float label)
    {
        outputs[0] -= (label - mean) / deviation;
        return outputs[0] * outputs[0] / 2;
    }
}
