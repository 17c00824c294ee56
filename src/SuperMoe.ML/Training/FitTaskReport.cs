namespace SuperMoe.ML;

/// <summary>How a task was learned that <see cref="SuperMoeTransformer.FitTask"/> added.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Labels">The number of labelled users.</param>
/// <param name="Epochs">The number of epochs of token, adapters and head that the task's weights have; 0 where the linear part alone was as good for held-out labels.</param>
/// <param name="ValidationLoss">The mean loss over held-out labels after so many epochs; NaN where nothing could be held out.</param>
/// <param name="Metrics">Metrics of the same predictions by name, as in <see cref="TaskReport.Metrics"/>; empty where nothing could be held out.</param>
/// <param name="Parameters">The number of weights that the task added, those of items among them.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
public sealed record FitTaskReport(
    string Task, int Labels, int Epochs, double ValidationLoss, IReadOnlyDictionary<string, double> Metrics, long Parameters, double Seconds);
