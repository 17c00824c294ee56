using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What one shard of a batch gives a step.</summary>
/// <param name="Gradients">Weights that were used, with their gradients; a weight may be there several times.</param>
/// <param name="Loads">Per block with experts: what its router did.</param>
internal sealed record ShardResult(IReadOnlyList<(Tensor Weight, Tensor Gradient)> Gradients, IReadOnlyList<RouterLoad> Loads);
