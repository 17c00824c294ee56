using System.Diagnostics;

namespace SuperMoe.ML.Training;

/// <summary>The running means of an epoch.</summary>
internal sealed class EpochTotals(IReadOnlyList<string> tasks)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double[] _sums = new double[tasks.Count];
    private readonly long[] _counts = new long[tasks.Count];
    private readonly double[] _factors = new double[tasks.Count];
    private readonly int[] _factored = new int[tasks.Count];
    private double _loss;
    private long _events;
    private long _places;
    private int _steps;
    private double _information;
    private int _informed;

    /// <summary>The mean weighted loss of a step.</summary>
    public double Loss => _steps > 0 ? _loss / _steps : double.NaN;

    /// <summary>Events trained a second.</summary>
    public double EventsPerSecond => _events / Math.Max(_clock.Elapsed.TotalSeconds, 1e-9);

    /// <summary>The share of padding among the places of batches.</summary>
    public double PaddingShare => _places > 0 ? 1 - ((double)_events / _places) : 0;

    /// <summary>The mean mutual information between tasks and experts of the steps that computed it; 0 without any.</summary>
    public double Information => _informed > 0 ? _information / _informed : 0;

    /// <summary>Seconds since the epoch began.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>The mean loss of each task over its labels; NaN without any.</summary>
    public IReadOnlyDictionary<string, double> TaskLosses =>
        tasks.Select((name, t) => (name, Loss: TaskLoss(t))).ToDictionary(p => p.name, p => p.Loss, StringComparer.Ordinal);

    /// <summary>The mean loss of task <paramref name="task"/>; NaN without labels.</summary>
    public double TaskLoss(int task) => _counts[task] > 0 ? _sums[task] / _counts[task] : double.NaN;

    /// <summary>The mean factor of task <paramref name="task"/>'s gradient over the steps with labels of it; NaN without any.</summary>
    public double TaskFactor(int task) => _factored[task] > 0 ? _factors[task] / _factored[task] : double.NaN;

    /// <summary>Ends the time of training.</summary>
    public void Stop() => _clock.Stop();

    /// <summary>Counts a step.</summary>
    /// <param name="step">Its figures; <see langword="null"/> if there was nothing to learn.</param>
    /// <param name="events">The events of its batch.</param>
    /// <param name="places">The same with padding.</param>
    public void Add(StepResult? step, long events, long places)
    {
        _events += events;
        _places += places;
        if (step is null) { return; }
        _steps++;
        _loss += step.Loss;
        if (step.Information is { } information)
        {
            _information += information;
            _informed++;
        }
        for (var t = 0; t < _sums.Length; t++)
        {
            _sums[t] += step.Tasks[t].Loss * step.Tasks[t].Count;
            _counts[t] += step.Tasks[t].Count;
            if (step.Tasks[t].Count == 0) { continue; }
            _factors[t] += step.Factors[t];
            _factored[t]++;
        }
    }
}
