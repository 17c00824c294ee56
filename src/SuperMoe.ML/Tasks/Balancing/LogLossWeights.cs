namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// After DB-MTL (Lin et al. 2023): the gradient of a task is that of its loss's logarithm, so that the loss's unit does not count, and at the encoder all are brought to
/// the length of the longest. Lengths are averaged over the steps, in which a batch of few labels would otherwise have the same say as one of many.
/// </summary>
internal sealed class LogLossWeights(double[] weights) : ITaskBalancer
{
    private const double Memory = 0.95;
    private const double LeastLoss = 1e-3;

    private readonly double[] _lengths = new double[weights.Length];
    private readonly double[] _seen = new double[weights.Length]; // the sum of the average's weights, for the steps before it is full

    public TaskScales Weigh(TaskSignals signals)
    {
        var slopes = new double[weights.Length];
        for (var t = 0; t < slopes.Length; t++)
        {
            if (!signals.Present[t]) { continue; }
            slopes[t] = 1 / Math.Max(signals.Losses[t], LeastLoss);
            _lengths[t] = (Memory * _lengths[t]) + ((1 - Memory) * slopes[t] * signals.Length(t));
            _seen[t] = (Memory * _seen[t]) + (1 - Memory);
        }
        var longest = Enumerable.Range(0, slopes.Length).Where(t => signals.Present[t]).Max(Mean);
        double[] heads = [.. slopes.Select((s, t) => weights[t] * s)];
        return new TaskScales([.. heads.Select((h, t) => signals.Present[t] && Mean(t) > 0 ? h * longest / Mean(t) : h)], heads);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }

    private double Mean(int task) => _seen[task] > 0 ? _lengths[task] / _seen[task] : 0;
}
