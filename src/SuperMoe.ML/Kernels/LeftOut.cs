using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Columns of a softmax that are left out of some of its rows: rows share lists, since the positions of one user have the same. A row's target stays in any case.</summary>
/// <param name="Lists">(n) int64: each row's list.</param>
/// <param name="Columns">(G, W) int64: the lists, filled up with repeats.</param>
internal sealed record LeftOut(Tensor Lists, Tensor Columns)
{
    /// <summary>(n, <paramref name="columns"/>): where a column is in a row's list.</summary>
    public Tensor Mask(long columns)
    {
        var indexes = Columns.index_select(0, Lists); // (n, W)
        return zeros([Lists.shape[0], columns], device: Lists.device).scatter_(1, indexes, ones(indexes.shape, device: Lists.device)).to(ScalarType.Bool);
    }
}
