namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Goes through the runs of a plan: takes those that are there, trains the others, keeps each as it ends.</summary>
/// <param name="plan">The runs.</param>
/// <param name="runner">What trains and judges.</param>
/// <param name="folder">Where runs are kept; <see langword="null"/> for nowhere.</param>
/// <param name="news">Who is told.</param>
internal sealed class SeesawStudy(SeesawPlan plan, SeesawRunner runner, SeesawFolder? folder, SeesawNews news)
{
    private readonly Dictionary<string, SeesawRun> _byKey = [];
    private Dictionary<int, SeesawRun> _present = [];
    private List<int> _left = [];

    /// <summary>All runs, in the plan's order.</summary>
    /// <exception cref="InvalidOperationException">The folder has runs of something else, or training failed.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; runs that ended before are kept.</exception>
    public IReadOnlyList<SeesawRun> Run(CancellationToken cancellation)
    {
        // All of them first: what does not fit shows before anything is trained.
        _present = Enumerable.Range(0, plan.Runs.Count).Select(i => (Place: i, Run: folder?.Find(plan.Runs[i])))
            .Where(p => p.Run is not null).ToDictionary(p => p.Place, p => p.Run!);
        foreach (var (place, run) in _present) { _byKey.TryAdd(plan.Runs[place].Key, run); }
        _left = [.. Enumerable.Range(0, plan.Runs.Count).Where(i => !_present.ContainsKey(i)).DistinctBy(i => plan.Runs[i].Key)
            .Where(i => !_byKey.ContainsKey(plan.Runs[i].Key))];
        if (_left.Count > 0) { folder?.Prepare(); }
        news.Begin(_present, folder?.Path);
        return [.. Enumerable.Range(0, plan.Runs.Count).Select(i => Take(i, cancellation))];
    }

    private SeesawRun Take(int place, CancellationToken cancellation)
    {
        if (!_present.TryGetValue(place, out var run))
        {
            if (!_byKey.TryGetValue(plan.Runs[place].Key, out var equal)) { return Train(place, cancellation); }
            run = equal with { Contestant = plan.Runs[place].Contestant, Reused = true };
            folder?.Keep(plan.Runs[place], run);
        }
        news.Reused(place, run, _left);
        return run;
    }

    private SeesawRun Train(int place, CancellationToken cancellation)
    {
        var planned = plan.Runs[place];
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var run = runner.Run(planned, news.Started(place, _left));
            folder?.Keep(planned, run);
            _byKey[planned.Key] = run;
            _left.Remove(place);
            news.Finished(place, run, _left);
            return run;
        }
        catch (OperationCanceledException e)
        {
            var kept = folder is null ? $"no {nameof(SeesawOptions.Folder)} keeps what was finished" : $"finished runs are kept in '{folder.Path}'";
            throw new OperationCanceledException($"{news.Name(place)} was cancelled; {kept}.", e, e.CancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{news.Name(place)} failed: {e.Message}", e);
        }
    }
}
