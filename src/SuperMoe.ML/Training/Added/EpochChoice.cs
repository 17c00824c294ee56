namespace SuperMoe.ML.Training.Added;

/// <summary>The number of epochs of the smallest loss over held-out labels.</summary>
/// <param name="Epoch">The number; 0 is the linear part alone.</param>
/// <param name="Loss">The loss; NaN where nothing could be held out.</param>
/// <param name="Metrics">Of the same predictions; empty where nothing could be held out.</param>
internal sealed record EpochChoice(int Epoch, double Loss, IReadOnlyDictionary<string, double> Metrics);
