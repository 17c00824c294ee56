using SuperMoe.ML.Data;
using TorchSharp;

namespace SuperMoe.ML.Estimators;

/// <summary>What is to be trained.</summary>
/// <param name="Model">The model to make. Its options have a seed, and report progress to the listener that also tells ML.NET.</param>
/// <param name="Data">The users, with labels.</param>
/// <param name="Attributes">The items' attributes, if there are any.</param>
/// <param name="Device">Where to train.</param>
/// <param name="CheckAlive">Called before each step; throws to stop.</param>
internal sealed record TrainingJob(
    ModelDescription Model, BehaviorDataset Data, ItemAttributes? Attributes, torch.Device Device, Action CheckAlive);
