namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// DB-MTL (Lin et al. 2023): the gradient of a task is that of its loss's logarithm, so that the loss's unit does not count, and at the encoder all are brought to
/// the length of the longest. The paper takes lengths of moving averages of the gradients by the shared weights. At the encoder's output gradients of two batches
/// cannot be added, since they are of different users: what is averaged over steps is the length. So a batch with little to learn for a task is not blown up.
/// The loss in the logarithm's slope is averaged, too: one over a batch's own loss would count the batches without a rare label, whose loss is small, for many times
/// those that have it.
/// </summary>
internal sealed class DualBalancing(double[] weights) : ITaskBalancer
{
    private const double Memory = 0.95;
    private const double LeastLoss = 1e-3;

    private readonly double[] _losses = new double[weights.Length];
    private readonly double[] _lengths = new double[weights.Length];
    private readonly double[] _seen = new double[weights.Length]; // the sum of the average's weights, for the steps before it is full

    public double[]? Ahead => null;

    public TaskScales Weigh(TaskSignals signals)
    {
        var slopes = new double[weights.Length]; // of the logarithm by the loss, at the mean loss
        var longest = 0.0;
        for (var t = 0; t < slopes.Length; t++)
        {
            if (!signals.Present[t]) { continue; }
            _losses[t] = (Memory * _losses[t]) + ((1 - Memory) * signals.Losses[t]);
            _seen[t] = (Memory * _seen[t]) + (1 - Memory);
            slopes[t] = 1 / Math.Max(_losses[t] / _seen[t], LeastLoss);
            _lengths[t] = (Memory * _lengths[t]) + ((1 - Memory) * slopes[t] * signals.Length(t));
            longest = Math.Max(longest, Mean(t));
        }
        double[] heads = [.. slopes.Select((s, t) => weights[t] * s)];
        return new TaskScales([.. heads.Select((h, t) => signals.Present[t] && Mean(t) > 0 ? h * longest / Mean(t) : h)], heads);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }

    private double Mean(int task) => _lengths[task] / _seen[task];
}
