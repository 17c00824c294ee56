namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Judges how long runs will take by those that are known: of the same kind, or else of all kinds.</summary>
internal sealed class SeesawClock
{
    private readonly Dictionary<string, List<double>> _seconds = [];

    /// <summary>Learns how long a run took.</summary>
    public void Add(PlannedRun run, double seconds)
    {
        if (!_seconds.TryGetValue(run.Kind, out var known)) { _seconds[run.Kind] = known = []; }
        known.Add(seconds);
    }

    /// <summary>The seconds that runs will take together; NaN where none is known.</summary>
    public double Estimate(IEnumerable<PlannedRun> runs)
    {
        var all = _seconds.Values.Select(s => s.Average()).DefaultIfEmpty(double.NaN).Average();
        return runs.Sum(r => _seconds.TryGetValue(r.Kind, out var known) ? known.Average() : all);
    }
}
