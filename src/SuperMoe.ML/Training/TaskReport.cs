namespace SuperMoe.ML;

/// <summary>One task in one epoch.</summary>
/// <param name="TrainingLoss">The mean loss of the network over the labels present in training, with a <see cref="NextItemTask.HistoryWeight"/> that of the history too; NaN if there were none.</param>
/// <param name="ValidationLoss">
/// The mean loss over the labels of the users kept for validation; NaN if there were none. Of a task with a wide part it is that of network and wide part together, weighed by these same
/// labels, and so a little kind.
/// </param>
/// <param name="Metrics">Validation metrics by name, such as <c>NDCG@10</c>, <c>AUC</c>, <c>Accuracy</c>, <c>R2</c>; the first is the primary one. Empty without validation.</param>
public sealed record TaskReport(double TrainingLoss, double ValidationLoss, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>
    /// Gets how much the task counted: the factor of its gradient at the shared encoder, which is its <see cref="SuperMoeTask.Weight"/>, times what
    /// <see cref="TrainingOptions.LabelCountExponent"/> and <see cref="TrainingOptions.Balancing"/> made of it; the mean over the epoch's steps that had labels of the task.
    /// </summary>
    /// <value>
    /// <see langword="null"/> where all weights stay as they were set: with one task alone, and with <see cref="TaskBalancing.Fixed"/> and an exponent of 0 or equally many labels; and in an
    /// epoch without labels, and in reports of models saved before it was measured.
    /// </value>
    public double? Weight { get; init; }

    /// <summary>
    /// Gets the factor of the wide part's outputs, at least 0, in the sum of wide part and network that is the task's output (<see cref="LabeledTask.Wide"/>); fitted to the labels that
    /// validation keeps.
    /// </summary>
    /// <value><see langword="null"/> for a task without a wide part, and in reports of models saved before it was measured.</value>
    public double? WideShare { get; init; }

    /// <summary>Gets the factor of the network's outputs in the same sum, at least 0. With 0 the network told nothing that the wide part does not.</summary>
    /// <value>As <see cref="WideShare"/>.</value>
    public double? NetworkShare { get; init; }
}
