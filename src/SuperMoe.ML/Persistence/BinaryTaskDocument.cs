namespace SuperMoe.ML.Persistence;

/// <summary>A <see cref="BinaryTask"/>.</summary>
internal sealed record BinaryTaskDocument(string Name, double Weight, string LabelColumn, string? CandidateColumn)
    : TaskDocument(Name, Weight)
{
    public static BinaryTaskDocument From(BinaryTask task) => new(task.Name, task.Weight, task.LabelColumn, task.CandidateColumn);

    public override BinaryTask ToTask() => new(LabelColumn) { Name = Name, Weight = Weight, CandidateColumn = CandidateColumn };
}
