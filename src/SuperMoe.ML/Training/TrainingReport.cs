using System.Text.Json.Serialization;

namespace SuperMoe.ML;

/// <summary>What happened in training.</summary>
/// <param name="Epochs">The epochs in order.</param>
/// <param name="BestEpoch">The epoch whose weights the model has.</param>
/// <param name="StoppedEarly">Whether fewer than the largest number of epochs were run.</param>
/// <param name="Parameters">The number of trained weights.</param>
/// <param name="ExpertLoads">For each block with experts, how tokens were spread over them, measured on the model's final weights.</param>
/// <param name="Seconds">Wall-clock seconds from the fitting of wide parts to the end of the last measurement.</param>
public sealed record TrainingReport(
    IReadOnlyList<EpochReport> Epochs,
    int BestEpoch,
    bool StoppedEarly,
    long Parameters,
    IReadOnlyList<ExpertLoad> ExpertLoads,
    double Seconds)
{
    /// <summary>Gets <see cref="ExpertLoads"/> as a table, a picture and rows.</summary>
    /// <value>Which experts work for which task.</value>
    [JsonIgnore]
    public ExpertUse ExpertUse => new(ExpertLoads);
}
