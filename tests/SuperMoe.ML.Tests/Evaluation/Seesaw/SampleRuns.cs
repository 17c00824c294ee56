using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

/// <summary>Runs of two tasks whose comparison was worked out by hand.</summary>
internal static class SampleRuns
{
    public static readonly JudgedTask Click = new("Click", "AUC", HigherIsBetter: true);

    public static readonly JudgedTask Spend = new("Spend", "RMSE", HigherIsBetter: false);

    public static readonly double[] ClickAlone = [0.50, 0.52, 0.54];

    public static readonly double[] ClickJoint = [0.53, 0.53, 0.56];

    public static readonly double[] SpendAlone = [2.0, 2.2, 2.1];

    public static readonly double[] SpendJoint = [1.9, 2.1, 2.0];

    /// <summary>Three seeds of both tasks together, as <paramref name="contestant"/>.</summary>
    public static IEnumerable<SeesawRun> Together(string contestant, double[] click, double[] spend) =>
        click.Zip(spend).Select((m, s) => Run(contestant, s + 1, ("Click", "AUC", m.First), ("Spend", "RMSE", m.Second)));

    /// <summary>Seeds of one task.</summary>
    public static IEnumerable<SeesawRun> Alone(JudgedTask task, double[] values) =>
        values.Select((v, s) => Run("Alone", s + 1, (task.Name, task.Metric, v)));

    /// <summary>All runs: joint and alone.</summary>
    public static SeesawRun[] All() =>
        [.. Together("Joint", ClickJoint, SpendJoint), .. Alone(Click, ClickAlone), .. Alone(Spend, SpendAlone)];

    /// <summary>The same with what they measured without each of two groups: as over all users, and that much more of what is better together.</summary>
    public static SeesawRun[] WithGroups(double click, double spend) =>
    [
        .. All().Select(r => r with
        {
            WithoutGroup = r.Metrics.ToDictionary(m => m.Key, m => (IReadOnlyList<IReadOnlyDictionary<string, double>>)
                [Shifted(m.Value, 0), Shifted(m.Value, r.Contestant == "Alone" ? 0 : m.Key == "Click" ? click : -spend)]),
        }),
    ];

    public static SeesawReport Report(IReadOnlyList<SeesawRun> runs, params string[] contestants)
    {
        var statistics = new SeesawStatistics([Click, Spend], runs, 0.95);
        return new SeesawReport([.. contestants.Select(statistics.Compare)], runs, 0.95, 1600, 400);
    }

    private static Dictionary<string, double> Shifted(IReadOnlyDictionary<string, double> metrics, double by) => metrics.ToDictionary(m => m.Key, m => m.Value + by);

    private static SeesawRun Run(string contestant, int seed, params (string Task, string Metric, double Value)[] values) => new(
        contestant, [.. values.Select(v => v.Task)], seed,
        values.ToDictionary(v => v.Task, v => (IReadOnlyDictionary<string, double>)new Dictionary<string, double> { [v.Metric] = v.Value }),
        Seconds: 30, Epochs: 4, BestEpoch: 3, Reused: false);
}
