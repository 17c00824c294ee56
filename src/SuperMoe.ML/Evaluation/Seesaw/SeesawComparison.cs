namespace SuperMoe.ML;

/// <summary>One way of training tasks together, compared with training each alone.</summary>
/// <param name="Name"><c>Joint</c> for the options as given, else the name of a contestant.</param>
/// <param name="Tasks">The judged tasks that this way trains.</param>
/// <param name="MeanRelativeGain">
/// The mean of the tasks' relative gains, Δm of the multi-task literature (Maninis, Radosavovic and Kokkinos 2019), with its interval over
/// seeds. NaN where a task's is.
/// </param>
public sealed record SeesawComparison(string Name, IReadOnlyList<SeesawTask> Tasks, SeesawInterval MeanRelativeGain)
{
    /// <summary>Gets the mean relative gain with an interval of both chances, as <see cref="SeesawTask.DifferenceOverUsers"/> has.</summary>
    public SeesawInterval MeanRelativeGainOverUsers { get; init; } = new(double.NaN, double.NaN, double.NaN);
}
