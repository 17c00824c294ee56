namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// Kendall, Gal and Cipolla 2018: the sum over tasks of c L / s² + log s, where s² is the variance of a task's noise and is learned as its logarithm;
/// c is 1/2 for a squared error and 1 for a cross-entropy (their equations 7 and 10). At rest a task's factor c / s² is 1 / (2 L).
/// The variances take steps of their own, one for each batch with labels of the task, instead of being weights of the optimizer.
/// The next item keeps its weight: its loss is so large because the items are so many, not because they tell little, and it is the mean over a user's events. Divided by
/// twice its loss it would count least of all, and be learned worst.
/// </summary>
/// <param name="weights">The tasks' own weights.</param>
/// <param name="squared">Whether the task's loss is a squared error.</param>
/// <param name="nextItem">The task that keeps its weight; -1 for none.</param>
internal sealed class UncertaintyWeights(double[] weights, bool[] squared, int nextItem = -1) : ITaskBalancer
{
    private const double Rate = 0.05;
    private const double Bound = 7; // of the logarithm of the variance

    private readonly double[] _logVariance = new double[weights.Length];

    public double[] Ahead => [.. weights.Select((w, t) => w * Precision(t))];

    public TaskScales Weigh(TaskSignals signals)
    {
        var factors = Ahead;
        for (var t = 0; t < factors.Length; t++)
        {
            if (!signals.Present[t]) { continue; }
            var slope = 0.5 - (Precision(t) * signals.Losses[t]);
            _logVariance[t] = Math.Clamp(_logVariance[t] - (Rate * Math.Clamp(slope, -1, 1)), -Bound, Bound);
        }
        return TaskScales.Of(factors);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }

    private double Precision(int task) => task == nextItem ? 1 : (squared[task] ? 0.5 : 1) * Math.Exp(-_logVariance[task]);
}
