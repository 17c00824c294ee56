namespace SuperMoe.ML.Training;

/// <summary>What validation found of one task.</summary>
/// <param name="Loss">The mean loss; NaN without labels.</param>
/// <param name="Metrics">The metrics by name.</param>
internal sealed record ValidatedTask(double Loss, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>How much a wide part and the network count in the outputs; <see langword="null"/> without a wide part that was weighed.</summary>
    public (double Wide, double Network)? Shares { get; init; }
}
