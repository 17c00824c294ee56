namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// Liu, Johns and Davison 2019, equation 7: T times the softmax of the ratios of the last two epochs' losses, at a temperature of 2; even in the first two epochs.
/// A task without labels in one of them counts as one whose loss stands still.
/// </summary>
internal sealed class DynamicWeightAverage(double[] weights) : ITaskBalancer
{
    private const double Temperature = 2;
    private const double MostRatio = 10; // of a loss that was next to nothing the epoch before

    private double[]? _before;
    private double[]? _last;
    private double[] _factors = [.. weights];

    public double[] Ahead => _factors;

    public TaskScales Weigh(TaskSignals signals) => TaskScales.Of(_factors);

    public void EndEpoch(IReadOnlyList<double> losses)
    {
        (_before, _last) = (_last, [.. losses]);
        if (_before is null) { return; }
        var powers = new double[weights.Length];
        for (var t = 0; t < powers.Length; t++)
        {
            var ratio = _last[t] / _before[t];
            powers[t] = Math.Exp((double.IsFinite(ratio) ? Math.Min(ratio, MostRatio) : 1) / Temperature);
        }
        var sum = powers.Sum();
        _factors = [.. powers.Select((p, t) => weights[t] * powers.Length * p / sum)];
    }
}
