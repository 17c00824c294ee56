namespace SuperMoe.ML.Persistence;

/// <summary>A <see cref="NextItemTask"/>. The last three members may be absent: models were saved before there were negatives from the batch, when a user's own items were negatives in any case, and before histories counted.</summary>
internal sealed record NextItemTaskDocument(
    string Name, double Weight, int TopK, bool ExcludeHistory, NextItemLoss Loss, int? Negatives, bool InBatchNegatives = false, bool OwnNegatives = true,
    double HistoryWeight = 0)
    : TaskDocument(Name, Weight)
{
    public static NextItemTaskDocument From(NextItemTask task) =>
        new(task.Name, task.Weight, task.TopK, task.ExcludeHistory, task.Loss, task.Negatives, task.InBatchNegatives, task.OwnNegatives, task.HistoryWeight);

    public override NextItemTask ToTask() => new()
    {
        Name = Name,
        Weight = Weight,
        TopK = TopK,
        ExcludeHistory = ExcludeHistory,
        Loss = Loss,
        Negatives = Negatives,
        InBatchNegatives = InBatchNegatives,
        OwnNegatives = OwnNegatives,
        HistoryWeight = HistoryWeight,
    };
}
