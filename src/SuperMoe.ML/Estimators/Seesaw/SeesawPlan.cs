using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Which models to train, and how to judge them.</summary>
internal sealed class SeesawPlan
{
    private SeesawPlan(IReadOnlyList<PlannedRun> runs, IReadOnlyList<JudgedTask> judged, IReadOnlyList<string> contestants) =>
        (Runs, Judged, Contestants) = (runs, judged, contestants);

    /// <summary>Seed after seed, so that a comparison that is cut short has whole seeds.</summary>
    public IReadOnlyList<PlannedRun> Runs { get; }

    /// <summary>The tasks to judge, in the order of the options' tasks.</summary>
    public IReadOnlyList<JudgedTask> Judged { get; }

    /// <summary>Joint, and the names of the contestants.</summary>
    public IReadOnlyList<string> Contestants { get; }

    /// <summary>Makes a plan; the options have been found right.</summary>
    /// <param name="options">The options that are compared.</param>
    /// <param name="seesaw">How.</param>
    /// <param name="contestants">The options of each contestant.</param>
    public static SeesawPlan Of(SuperMoeOptions options, SeesawOptions seesaw, IReadOnlyList<SuperMoeOptions> contestants)
    {
        var judged = options.Tasks.Where(t => seesaw.Tasks is null || seesaw.Tasks.Contains(t.Name)).ToList();
        var runs = new List<PlannedRun>();
        foreach (var seed in seesaw.Seeds)
        {
            runs.Add(new PlannedRun(SeesawReport.Joint, ForRun(options, seed)));
            runs.AddRange(contestants.Select((c, i) => new PlannedRun(seesaw.Contestants[i].Name, ForRun(c, seed))));
            runs.AddRange(judged.Select(t => new PlannedRun(SeesawReport.Alone, Alone(options, t.Name, seed))));
        }
        return new SeesawPlan(
            runs, [.. judged.Select(t => TaskMetrics.Judged(t, seesaw.Metrics.TryGetValue(t.Name, out var m) ? m : TaskMetrics.Names(t)[0]))],
            [SeesawReport.Joint, .. seesaw.Contestants.Select(c => c.Name)]);
    }

    private static SuperMoeOptions Alone(SuperMoeOptions options, string task, int seed)
    {
        var copy = OptionsSnapshot.Of(options);
        copy.Tasks = [copy.Tasks.First(t => t.Name == task)];
        return ForRun(copy, seed);
    }

    // What weighs tasks against each other says nothing of a single one, and would only scale its gradients.
    private static SuperMoeOptions ForRun(SuperMoeOptions options, int seed)
    {
        var copy = OptionsSnapshot.Of(options);
        copy.Training.Seed = seed;
        if (copy.Tasks.Count > 1) { return copy; }
        copy.Tasks[0].Weight = 1;
        copy.Training.Balancing = TaskBalancing.Fixed;
        copy.Training.EarlyStoppingTask = null;
        copy.Training.LeaveLastEventOut &= copy.Tasks[0] is NextItemTask;
        return copy;
    }
}
