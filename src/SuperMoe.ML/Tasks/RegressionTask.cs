namespace SuperMoe.ML;

/// <summary>
/// A number, by squared error on the standardized label. The label is Single; NaN is missing. Outputs <c>Score</c> (Single, in the label's own unit).
/// </summary>
/// <param name="labelColumn">The label column; also the task's name.</param>
public sealed class RegressionTask(string labelColumn) : LabeledTask(labelColumn);
