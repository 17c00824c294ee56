namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>Compares runs of several tasks with runs of single tasks, paired by seed.</summary>
/// <param name="tasks">The tasks to judge.</param>
/// <param name="runs">Every run: of each contestant one a seed, and of each task alone one a seed.</param>
/// <param name="confidence">The level of intervals.</param>
internal sealed class SeesawStatistics(IReadOnlyList<JudgedTask> tasks, IReadOnlyList<SeesawRun> runs, double confidence)
{
    /// <summary>Compares a contestant's runs.</summary>
    public SeesawComparison Compare(string contestant)
    {
        SeesawRun[] joint = [.. runs.Where(r => r.Contestant == contestant).OrderBy(r => r.Seed)];
        JudgedTask[] judged = [.. tasks.Where(t => joint[0].Tasks.Contains(t.Name))];
        double[][] gains = [.. judged.Select(t => RelativeGains(joint, t))];
        var means = joint.Select((_, s) => gains.Select(g => g[s]).DefaultIfEmpty(double.NaN).Average());
        return new SeesawComparison(
            contestant, [.. judged.Select((t, i) => Compare(joint, t, gains[i]))], SeesawInterval.Of([.. means], confidence));
    }

    private static double[] Values(IEnumerable<SeesawRun> runs, JudgedTask task) => [.. runs.Select(r => r.Metrics[task.Name][task.Metric])];

    private static SeesawVerdict Verdict(SeesawInterval difference) =>
        difference.Lower > 0 ? SeesawVerdict.Gain
        : difference.Upper < 0 ? SeesawVerdict.Loss
        : double.IsNaN(difference.Lower) ? SeesawVerdict.Undecided
        : SeesawVerdict.Tie;

    private SeesawTask Compare(SeesawRun[] joint, JudgedTask task, double[] gains)
    {
        var difference = SeesawInterval.Of(Differences(joint, task), confidence);
        return new SeesawTask(
            task.Name, task.Metric, task.HigherIsBetter, Values(Alone(task), task).Average(), Values(joint, task).Average(),
            difference, SeesawInterval.Of(gains, confidence), Verdict(difference));
    }

    private double[] Differences(SeesawRun[] joint, JudgedTask task) =>
        [.. Values(joint, task).Zip(Values(Alone(task), task), (together, alone) => task.HigherIsBetter ? together - alone : alone - together)];

    // By the mean over seeds, so that one seed's small denominator does not weigh more.
    private double[] RelativeGains(SeesawRun[] joint, JudgedTask task)
    {
        var scale = Math.Abs(Values(Alone(task), task).Average());
        return [.. Differences(joint, task).Select(d => scale > 0 ? d / scale : double.NaN)];
    }

    private IEnumerable<SeesawRun> Alone(JudgedTask task) =>
        runs.Where(r => r.Contestant == SeesawReport.Alone && r.Tasks[0] == task.Name).OrderBy(r => r.Seed);
}
