namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>
/// Chen et al. 2018, equation 2: factors are learned so that the length of each task's gradient comes near the mean length times (relative inverse
/// training rate)^1.5, where the rate compares the task's loss with what it was at the start. They add up to the number of tasks; those of tasks that a batch
/// has no labels of stay.
/// </summary>
internal sealed class GradNorm(double[] weights) : ITaskBalancer
{
    private const double Alpha = 1.5;
    private const double Rate = 0.02;
    private const double Least = 1e-3;
    private const double Memory = 0.98; // a batch's loss is noisy
    private const int Start = 20; // a task's first steps, whose mean loss is what it began with: one batch of few labels may have next to none
    private const double MostRatio = 10; // of a loss to that

    private readonly double[] _factors = [.. weights.Select(_ => 1.0)];
    private readonly double[] _first = new double[weights.Length];
    private readonly double[] _losses = new double[weights.Length];
    private readonly int[] _steps = new int[weights.Length];

    public double[]? Ahead => null;

    public TaskScales Weigh(TaskSignals signals)
    {
        int[] present = [.. Enumerable.Range(0, weights.Length).Where(t => signals.Present[t] && signals.Length(t) > 0)];
        foreach (var t in present) { Remember(t, signals.Losses[t]); }
        double[] now = [.. weights.Select((w, t) => w * _factors[t])];
        if (present.Length > 1) { Learn(signals, present); }
        return TaskScales.Of(now);
    }

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }

    private void Remember(int task, double loss)
    {
        if (_steps[task] < Start)
        {
            _first[task] += (loss - _first[task]) / ++_steps[task];
            _losses[task] = _first[task];
        }
        else
        {
            _losses[task] = (Memory * _losses[task]) + ((1 - Memory) * loss);
        }
    }

    private void Learn(TaskSignals signals, int[] present)
    {
        var before = present.Sum(t => _factors[t]);
        var mean = present.Average(t => _factors[t] * signals.Length(t));
        var pace = present.Average(Behind); // so that the targets' mean is the lengths' mean, which the paper's are not
        foreach (var t in present)
        {
            var target = mean * Behind(t) / pace;
            var length = _factors[t] * signals.Length(t);
            // The slope of |length - target| by the factor, in the mean's unit, and by its logarithm: tasks' scales may differ by orders of magnitude.
            _factors[t] = Math.Max(Least, _factors[t] * Math.Exp(-Rate * Math.Clamp((length - target) / mean, -1, 1)));
        }
        var after = present.Sum(t => _factors[t]);
        foreach (var t in present) { _factors[t] *= before / after; }
    }

    private double Behind(int task) => Math.Pow(_first[task] > 0 ? Math.Clamp(_losses[task] / _first[task], 1 / MostRatio, MostRatio) : 1, Alpha);
}
