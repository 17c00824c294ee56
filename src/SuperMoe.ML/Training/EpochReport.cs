namespace SuperMoe.ML;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">The epoch; the first is 1.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Loss">The mean over steps of the tasks' losses, each times its <see cref="SuperMoeTask.Weight"/> alone, and of the auxiliary losses.</param>
/// <param name="ValidationScore">The figure that decides which epoch is best, higher is better; NaN without validation.</param>
/// <param name="Tasks">The tasks' losses and metrics, by task name.</param>
/// <param name="TrainingSeconds">Wall-clock seconds of the training steps.</param>
/// <param name="ValidationSeconds">Wall-clock seconds of validation.</param>
/// <param name="EventsPerSecond">Events (without padding) trained a second.</param>
public sealed record EpochReport(
    int Epoch,
    double LearningRate,
    double Loss,
    double ValidationScore,
    IReadOnlyDictionary<string, TaskReport> Tasks,
    double TrainingSeconds,
    double ValidationSeconds,
    double EventsPerSecond)
{
    /// <summary>Gets the share of padding among the places of training's batches, users by the longest sequence. Only attention by libtorch's operators (on a GPU, and on processors without vectors of 512 bits) computes it.</summary>
    /// <value>From 0 to 1; 0 in reports of models saved before it was measured.</value>
    public double PaddingShare { get; init; }

    /// <summary>
    /// Gets the mutual information between tasks and experts, the mean over blocks and training steps: 0 if all tasks use the experts alike, at most the logarithm
    /// of the smaller of their numbers.
    /// </summary>
    /// <value>In nats; 0 with one task, with <see cref="MoeOptions.MutualInformationWeight"/> 0, and in reports of models saved before it was measured.</value>
    public double TaskExpertInformation { get; init; }
}
