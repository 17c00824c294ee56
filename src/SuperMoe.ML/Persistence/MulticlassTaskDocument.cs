namespace SuperMoe.ML.Persistence;

/// <summary>A <see cref="MulticlassTask"/> and the classes its training labels had.</summary>
internal sealed record MulticlassTaskDocument(
    string Name,
    double Weight,
    string LabelColumn,
    double LabelSmoothing,
    KeyValuesDocument Classes)
    : TaskDocument(Name, Weight)
{
    public static MulticlassTaskDocument From(MulticlassTask task, KeyValuesDocument classes) =>
        new(task.Name, task.Weight, task.LabelColumn, task.LabelSmoothing, classes);

    public override MulticlassTask ToTask() => new(LabelColumn) { Name = Name, Weight = Weight, LabelSmoothing = LabelSmoothing };
}
