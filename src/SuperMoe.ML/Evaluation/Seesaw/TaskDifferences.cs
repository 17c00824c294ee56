namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>How much better a task is together than alone, seed by seed.</summary>
/// <param name="task">The task.</param>
/// <param name="together">Runs of several tasks, by seed.</param>
/// <param name="alone">Runs of this task alone, of the same seeds.</param>
internal sealed class TaskDifferences(JudgedTask task, IReadOnlyList<SeesawRun> together, IReadOnlyList<SeesawRun> alone)
{
    /// <summary>The task.</summary>
    public JudgedTask Task { get; } = task;

    /// <summary>The mean metric alone.</summary>
    public double Alone { get; } = alone.Average(r => r.Metrics[task.Name][task.Metric]);

    /// <summary>The mean metric together.</summary>
    public double Joint { get; } = together.Average(r => r.Metrics[task.Name][task.Metric]);

    /// <summary>A difference a seed, over all users.</summary>
    public double[] Whole { get; } =
        [.. together.Zip(alone, (t, a) => Difference(task, t.Metrics[task.Name], a.Metrics[task.Name]))];

    /// <summary>By seed, differences without each group of users; empty where the runs have none.</summary>
    public double[][] Without { get; } =
        [.. together.Zip(alone, (t, a) => (double[])[.. Replicates(t, task).Zip(Replicates(a, task), (x, y) => Difference(task, x, y))])];

    /// <summary>The number of groups.</summary>
    public int Groups => Without.Min(w => w.Length);

    /// <summary>A difference as a share of <see cref="Alone"/>, the mean over seeds, so that one seed's small denominator does not weigh more; NaN if that is 0.</summary>
    public double Relative(double difference) => Alone != 0 ? difference / Math.Abs(Alone) : double.NaN;

    private static IReadOnlyList<IReadOnlyDictionary<string, double>> Replicates(SeesawRun run, JudgedTask task) =>
        run.WithoutGroup.GetValueOrDefault(task.Name) ?? [];

    private static double Difference(JudgedTask task, IReadOnlyDictionary<string, double> together, IReadOnlyDictionary<string, double> alone)
    {
        var difference = together.GetValueOrDefault(task.Metric, double.NaN) - alone.GetValueOrDefault(task.Metric, double.NaN);
        return task.HigherIsBetter ? difference : -difference;
    }
}
