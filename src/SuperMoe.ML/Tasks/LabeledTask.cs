namespace SuperMoe.ML;

/// <summary>A task with a label column, one label a user. Scoring does not need the column.</summary>
public abstract class LabeledTask : SuperMoeTask
{
    private protected LabeledTask(string labelColumn)
        : base(labelColumn) => LabelColumn = labelColumn;

    /// <summary>Gets or sets the name of the label column.</summary>
    public string LabelColumn { get; set; }

    /// <summary>
    /// Gets or sets whether the task may have a wide part beside the network (Wide and Deep, Cheng et al. 2016): outputs that are linear in the bags of a user's items and of their key-valued attributes, in the logarithm of the
    /// number of events, and in how often these have each value of a key-valued side field, and with a candidate item in the same of it; fitted by convex optimization before training. Few labels tell more by it than
    /// by a network. Cross-validation on the training labels decides whether it is kept, and the labels that validation keeps how much it and the network count; so a training that
    /// validates no label of the task has none. Only training reads it.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Wide { get; set; } = true;
}
