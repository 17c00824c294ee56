namespace SuperMoe.ML.Training;

/// <summary>The figures of one step.</summary>
/// <param name="Loss">The sum of the losses by the tasks' own weights, with auxiliary losses.</param>
/// <param name="Tasks">Per task: the mean loss and the number of labels it is over, 0 if there were none.</param>
internal sealed record StepResult(double Loss, IReadOnlyList<(double Loss, int Count)> Tasks)
{
    /// <summary>The mutual information between tasks and experts, in nats; <see langword="null"/> if it was not computed.</summary>
    public double? Information { get; init; }

    /// <summary>Per task: the factor that its gradient had at the encoder; of no meaning for a task without labels.</summary>
    public IReadOnlyList<double> Factors { get; init; } = [];
}
