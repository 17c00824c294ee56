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
        TaskDifferences[] judged = [.. tasks.Where(t => joint[0].Tasks.Contains(t.Name)).Select(t => new TaskDifferences(t, joint, Alone(t)))];
        double[] gains = [.. joint.Select((_, s) => Mean(judged.Select(t => t.Relative(t.Whole[s]))))];
        var groups = judged.Select(t => t.Groups).DefaultIfEmpty(0).Min();
        double[][] without = [.. joint.Select((_, s) => (double[])[.. Enumerable.Range(0, groups).Select(g => Mean(judged.Select(t => t.Relative(t.Without[s][g]))))])];
        return new SeesawComparison(contestant, [.. judged.Select(Compare)], SeesawInterval.Of(gains, confidence))
        {
            MeanRelativeGainOverUsers = CrossedSample.Interval(gains, without, confidence),
        };
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static SeesawVerdict Verdict(SeesawInterval difference) =>
        difference.Lower > 0 ? SeesawVerdict.Gain
        : difference.Upper < 0 ? SeesawVerdict.Loss
        : double.IsNaN(difference.Lower) ? SeesawVerdict.Undecided
        : SeesawVerdict.Tie;

    private SeesawTask Compare(TaskDifferences task)
    {
        var difference = SeesawInterval.Of(task.Whole, confidence);
        var overUsers = CrossedSample.Interval(task.Whole, task.Without, confidence);
        var (name, metric, higherIsBetter) = task.Task;
        return new SeesawTask(
            name, metric, higherIsBetter, task.Alone, task.Joint,
            difference, SeesawInterval.Of([.. task.Whole.Select(task.Relative)], confidence), Verdict(difference))
        {
            DifferenceOverUsers = overUsers,
            VerdictOverUsers = Verdict(overUsers),
        };
    }

    private SeesawRun[] Alone(JudgedTask task) =>
        [.. runs.Where(r => r.Contestant == SeesawReport.Alone && r.Tasks[0] == task.Name).OrderBy(r => r.Seed)];
}
