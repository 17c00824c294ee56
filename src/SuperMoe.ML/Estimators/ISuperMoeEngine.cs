using SuperMoe.ML.Persistence;
using TorchSharp;

namespace SuperMoe.ML.Estimators;

/// <summary>The tensor side: trains models and brings saved ones back.</summary>
internal interface ISuperMoeEngine
{
    /// <summary>Trains a model.</summary>
    (IBatchScorer Scorer, TrainingReport Report) Train(TrainingJob job);

    /// <summary>Makes a model from the weights that <see cref="IBatchScorer.Save"/> wrote.</summary>
    /// <param name="document">What was saved beside the weights.</param>
    /// <param name="weights">A safetensors file.</param>
    /// <param name="device">Where to score.</param>
    IBatchScorer Load(ModelDocument document, Stream weights, torch.Device device);
}
