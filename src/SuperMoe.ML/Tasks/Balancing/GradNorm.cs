namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// Chen et al. 2018, equation 2: factors are learned so that the length of each task's gradient comes near the mean length times (relative inverse
/// training rate)^1.5, where the rate compares the task's loss with its first one. They add up to the number of tasks.
/// </summary>
internal sealed class GradNorm(double[] weights) : ITaskBalancer
{
    private const double Alpha = 1.5;
    private const double Rate = 0.02;
    private const double Least = 1e-3;
    private const double Memory = 0.98; // a batch's loss is noisy, and its first one most of all

    private readonly double[] _factors = [.. weights.Select(_ => 1.0)];
    private readonly double[] _first = [.. weights.Select(_ => double.NaN)];
    private readonly double[] _losses = [.. weights.Select(_ => double.NaN)];

    public TaskScales Weigh(TaskSignals signals)
    {
        int[] present = [.. Enumerable.Range(0, weights.Length).Where(t => signals.Present[t] && signals.Length(t) > 0)];
        foreach (var t in present)
        {
            if (double.IsNaN(_first[t])) { _first[t] = _losses[t] = Math.Max(signals.Losses[t], 1e-9); }
            _losses[t] = (Memory * _losses[t]) + ((1 - Memory) * signals.Losses[t]);
        }
        double[] now = [.. weights.Select((w, t) => w * _factors[t])];
        if (present.Length > 1) { Learn(signals, present); }
        return TaskScales.Of(now);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }

    private void Learn(TaskSignals signals, int[] present)
    {
        var mean = present.Average(t => _factors[t] * signals.Length(t));
        double Behind(int t) => Math.Pow(_losses[t] / _first[t], Alpha);
        var pace = present.Average(Behind); // so that the targets' mean is the lengths' mean, which the paper's are not
        foreach (var t in present)
        {
            var target = mean * Behind(t) / pace;
            var length = _factors[t] * signals.Length(t);
            // The slope of |length - target| by the factor, in the mean's unit, and by its logarithm: tasks' scales may differ by orders of magnitude.
            _factors[t] = Math.Max(Least, _factors[t] * Math.Exp(-Rate * Math.Clamp((length - target) / mean, -1, 1)));
        }
        var sum = _factors.Sum();
        for (var t = 0; t < _factors.Length; t++) { _factors[t] *= _factors.Length / sum; }
    }
}
