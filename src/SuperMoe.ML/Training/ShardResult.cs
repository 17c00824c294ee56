using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What one shard of a batch gives a step; its tensors belong to no dispose scope.</summary>
/// <param name="Total">The shard's part of the sum of all losses.</param>
/// <param name="Losses">Per task: the shard's part of the mean loss; <see langword="null"/> without labels.</param>
/// <param name="Gradients">The weights that were used, with their gradients.</param>
/// <param name="Loads">Per block with experts: its index, and how many assignments each expert received.</param>
internal sealed record ShardResult(
    Tensor Total, Tensor?[] Losses, IReadOnlyList<(Tensor Weight, Tensor Gradient)> Gradients, IReadOnlyList<(int Block, Tensor Load)> Loads)
{
    /// <summary>Everything, for a dispose scope to take over.</summary>
    public IEnumerable<Tensor> Tensors => [Total, .. Losses.OfType<Tensor>(), .. Gradients.Select(g => g.Gradient), .. Loads.Select(l => l.Load)];
}
