namespace SuperMoe.ML.Persistence;

/// <summary>A <see cref="NextItemTask"/>. The last member may be absent: models were saved before there were negatives from the batch.</summary>
internal sealed record NextItemTaskDocument(
    string Name, double Weight, int TopK, bool ExcludeHistory, NextItemLoss Loss, int? Negatives, bool InBatchNegatives = false)
    : TaskDocument(Name, Weight)
{
    public static NextItemTaskDocument From(NextItemTask task) =>
        new(task.Name, task.Weight, task.TopK, task.ExcludeHistory, task.Loss, task.Negatives, task.InBatchNegatives);

    public override NextItemTask ToTask() => new()
    {
        Name = Name,
        Weight = Weight,
        TopK = TopK,
        ExcludeHistory = ExcludeHistory,
        Loss = Loss,
        Negatives = Negatives,
        InBatchNegatives = InBatchNegatives,
    };
}
