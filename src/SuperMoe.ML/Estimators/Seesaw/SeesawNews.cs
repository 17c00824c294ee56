using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Tells the user's listener, ML.NET's log and ML.NET's progress channel how a comparison goes.</summary>
internal sealed class SeesawNews
{
    private readonly IChannel _log;
    private readonly IProgressChannel _channel;
    private readonly SeesawListeners _listeners;
    private readonly SeesawPlan _plan;
    private readonly SeesawClock _clock = new();
    private readonly Stopwatch _run = new();
    private int _done;

    public SeesawNews(IChannel log, IProgressChannel channel, SeesawListeners listeners, SeesawPlan plan)
    {
        (_log, _channel, _listeners, _plan) = (log, channel, listeners, plan);
        _channel.SetHeader(new ProgressHeader(["Seconds"], ["runs"]), entry => entry.SetProgress(0, _done, plan.Runs.Count));
    }

    /// <summary>The first news: how many runs there are, which of them are there already, and what the rest will cost as far as is known.</summary>
    public void Begin(IReadOnlyDictionary<int, SeesawRun> present, string? folder)
    {
        foreach (var (place, run) in present) { _clock.Add(_plan.Runs[place], run.Seconds); }
        var seeds = _plan.Runs.Select(r => r.Seed).Distinct().Count();
        var models = $"{string.Join(", ", _plan.Contestants)}, and {string.Join(", ", _plan.Judged.Select(t => t.Name))} alone";
        Say($"{_plan.Runs.Count} runs, {seeds} of each: {models}.");
        if (folder is null) { return; }
        var left = SecondsLeft(Enumerable.Range(0, _plan.Runs.Count).Where(i => !present.ContainsKey(i)));
        var rest = double.IsNaN(left) || left == 0 ? "" : $" The others will take about {SeesawText.Duration(left)}.";
        Say($"{present.Count} of the runs are in '{folder}' and are not trained again.{rest}");
    }

    /// <summary>A run that needs no training.</summary>
    public void Reused(int place, SeesawRun run, IReadOnlyCollection<int> left)
    {
        Say($"{Name(place)} is there already.");
        _done++;
        Tell(place, SeesawRunState.Reused, run.Seconds, left);
    }

    /// <summary>A run starts.</summary>
    /// <returns>Who is to hear of its training.</returns>
    public IProgress<TrainingProgress> Started(int place, IReadOnlyCollection<int> left)
    {
        _run.Restart();
        Tell(place, SeesawRunState.Started, 0, left);
        return new Forwarder(training =>
        {
            _listeners.Training?.Report(training);
            Tell(place, SeesawRunState.Training, _run.Elapsed.TotalSeconds, left, training);
        });
    }

    /// <summary>A run has ended.</summary>
    public void Finished(int place, SeesawRun run, IReadOnlyCollection<int> left)
    {
        _clock.Add(_plan.Runs[place], run.Seconds);
        _done++;
        var figures = _plan.Judged.Where(t => run.Tasks.Contains(t.Name))
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {t.Metric} {run.Metrics[t.Name][t.Metric]:0.####}"));
        var rest = left.Count == 0 ? "" : $"; {left.Count} left, about {SeesawText.Duration(SecondsLeft(left))}";
        Say($"{Name(place)}: {string.Join(", ", figures)}; {SeesawText.Duration(run.Seconds)}, best epoch {run.BestEpoch} of {run.Epochs}{rest}.");
        _channel.Checkpoint(run.Seconds, _done);
        Tell(place, SeesawRunState.Finished, run.Seconds, left);
    }

    /// <summary>What a run is called in news and errors.</summary>
    public string Name(int place)
    {
        var run = _plan.Runs[place];
        return $"Run {place + 1} of {_plan.Runs.Count} ({run.Kind}, seed {run.Seed})";
    }

    private double SecondsLeft(IEnumerable<int> places) => _clock.Estimate(places.Select(p => _plan.Runs[p]));

    private void Tell(int place, SeesawRunState state, double seconds, IEnumerable<int> left, TrainingProgress? training = null)
    {
        var run = _plan.Runs[place];
        var remaining = SecondsLeft(left) - (training is null ? 0 : seconds);
        _listeners.Runs?.Report(new SeesawProgress(
            place + 1, _plan.Runs.Count, state, run.Contestant, run.Tasks, run.Seed, seconds, double.IsNaN(remaining) ? remaining : Math.Max(0, remaining), training));
    }

    private void Say(FormattableString line) => _log.Info("{0}", line.ToString(CultureInfo.InvariantCulture));

    private sealed class Forwarder(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
