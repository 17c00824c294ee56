namespace SuperMoe.ML;

/// <summary>
/// Yes or no, by logistic loss. The label is Boolean, or Single (positive is yes, 0 or less is no, NaN is missing).
/// Outputs <c>Score</c> (Single, the logit), <c>Probability</c> (Single) and <c>PredictedLabel</c> (Boolean).
/// </summary>
/// <param name="labelColumn">The label column; also the task's name.</param>
public sealed class BinaryTask(string labelColumn) : LabeledTask(labelColumn)
{
    /// <summary>
    /// Gets or sets a column with one item, as a key of the same values as <see cref="SuperMoeOptions.ItemColumn"/>, that the label is about
    /// (click-through style): the head sees the task's token and the item's vector. Scoring needs the column. A row whose candidate is missing has no label in training;
    /// when it is scored, the question is about an unknown item.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the label is about the user alone.</value>
    public string? CandidateColumn { get; set; }
}
