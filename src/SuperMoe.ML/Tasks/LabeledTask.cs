namespace SuperMoe.ML;

/// <summary>A task with a label column, one label a user. Scoring does not need the column.</summary>
public abstract class LabeledTask : SuperMoeTask
{
    private protected LabeledTask(string labelColumn)
        : base(labelColumn) => LabelColumn = labelColumn;

    /// <summary>Gets or sets the name of the label column.</summary>
    public string LabelColumn { get; set; }
}
