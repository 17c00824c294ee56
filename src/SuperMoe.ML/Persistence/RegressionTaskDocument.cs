namespace SuperMoe.ML.Persistence;

/// <summary>A <see cref="RegressionTask"/> and its labels' scale: a prediction is Mean + StandardDeviation × the head's output.</summary>
internal sealed record RegressionTaskDocument(string Name, double Weight, string LabelColumn, double Mean, double StandardDeviation)
    : TaskDocument(Name, Weight)
{
    public static RegressionTaskDocument From(RegressionTask task, double mean, double standardDeviation) =>
        new(task.Name, task.Weight, task.LabelColumn, mean, standardDeviation);

    public override RegressionTask ToTask() => new(LabelColumn) { Name = Name, Weight = Weight };
}
