using SuperMoe.ML.Tasks;

namespace SuperMoe.ML.Training;

/// <summary>The outcome of a training run.</summary>
/// <param name="Model">The model with the best epoch's weights; owned by the caller.</param>
/// <param name="Report">What happened.</param>
internal sealed record TrainedModel(MultiTaskModel Model, TrainingReport Report);
