namespace SuperMoe.ML;

/// <summary>One task in one epoch.</summary>
/// <param name="TrainingLoss">The mean loss over the labels present in training; NaN if there were none.</param>
/// <param name="ValidationLoss">The mean loss over the labels of the users kept for validation; NaN if there were none.</param>
/// <param name="Metrics">Validation metrics by name, such as <c>NDCG@10</c>, <c>AUC</c>, <c>Accuracy</c>, <c>R2</c>; the first is the primary one. Empty without validation.</param>
public sealed record TaskReport(double TrainingLoss, double ValidationLoss, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>
    /// Gets what <see cref="TrainingOptions.Balancing"/> made of the task's weight: the factor of its gradient at the shared encoder, the mean over the epoch's steps that had labels
    /// of the task.
    /// </summary>
    /// <value>
    /// <see langword="null"/> where the weight stays as it was set: with <see cref="TaskBalancing.Fixed"/> or one task alone; and in an epoch without labels, and in reports of models saved
    /// before it was measured.
    /// </value>
    public double? Weight { get; init; }
}
