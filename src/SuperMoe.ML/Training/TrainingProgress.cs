namespace SuperMoe.ML;

/// <summary>Where training stands.</summary>
/// <param name="Epoch">The current epoch; the first is 1.</param>
/// <param name="Epochs">The largest number of epochs.</param>
/// <param name="Step">The steps done in this epoch.</param>
/// <param name="Steps">The steps of an epoch.</param>
/// <param name="Loss">The mean over the steps of this epoch so far, as <see cref="EpochReport.Loss"/>.</param>
/// <param name="TaskLosses">The mean loss of each task over this epoch so far.</param>
/// <param name="EventsPerSecond">Events (without padding) trained a second in this epoch so far.</param>
/// <param name="Completed">The finished epoch's losses and metrics, in the last report of an epoch; otherwise <see langword="null"/>.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double Loss,
    IReadOnlyDictionary<string, double> TaskLosses,
    double EventsPerSecond,
    EpochReport? Completed);
