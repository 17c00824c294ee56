namespace SuperMoe.ML;

/// <summary>
/// One of several classes, by cross-entropy. The label is a key; 0 is missing.
/// Outputs <c>Score</c> (vector of Single, a probability for each class) and <c>PredictedLabel</c> (key of the label's values).
/// </summary>
/// <param name="labelColumn">The label column; also the task's name.</param>
public sealed class MulticlassTask(string labelColumn) : LabeledTask(labelColumn)
{
    /// <summary>Gets or sets the label smoothing: the share of a label's weight that is spread over all classes.</summary>
    /// <value>The default value is 0. The range is 0 to 0.9.</value>
    [System.ComponentModel.DataAnnotations.Range(0.0, 0.9)]
    public double LabelSmoothing { get; set; }
}
