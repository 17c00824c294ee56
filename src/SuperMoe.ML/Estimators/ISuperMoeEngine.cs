using TorchSharp;

namespace SuperMoe.ML.Estimators;

/// <summary>The tensor side: trains models and brings saved ones back.</summary>
internal interface ISuperMoeEngine
{
    /// <summary>Trains a model.</summary>
    (IBatchScorer Scorer, TrainingReport Report) Train(TrainingJob job);

    /// <summary>Makes a model from the weights that <see cref="IBatchScorer.Save"/> wrote.</summary>
    IBatchScorer Load(ModelDescription model, Stream weights, torch.Device device);
}
