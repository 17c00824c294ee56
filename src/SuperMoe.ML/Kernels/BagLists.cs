using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Which rows of a table n bags hold, by bag and by row. P pairs of bag and row, R rows.</summary>
internal sealed class BagLists : IDisposable
{
    /// <param name="padded">(n, A) int64: the rows of each bag, 0 where there is none.</param>
    /// <param name="rows">R, row 0 included.</param>
    public BagLists(Tensor padded, long rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var present = padded.ne(Interop.Scalars.Of(0L));
        var pairs = present.nonzero().select(1, 0); // (P): the bag of each pair
        var held = padded.masked_select(present); // (P): its row
        var sizes = present.sum(1); // (n)
        var order = held.argsort(dim: 0, descending: false);
        var counts = held.bincount(null, rows); // (R)
        Rows = held.DetachFromDisposeScope();
        Starts = (sizes.cumsum(0) - sizes).DetachFromDisposeScope();
        Bags = pairs.index_select(0, order).DetachFromDisposeScope();
        RowStarts = (counts.cumsum(0) - counts).DetachFromDisposeScope();
        Shares = sizes.to(ScalarType.Float32).reciprocal().index_select(0, Bags).DetachFromDisposeScope();
    }

    /// <summary>(P): the rows, bag after bag.</summary>
    public Tensor Rows { get; }

    /// <summary>(n): where each bag starts among <see cref="Rows"/>.</summary>
    public Tensor Starts { get; }

    /// <summary>(P): the bags, row after row.</summary>
    public Tensor Bags { get; }

    /// <summary>(R): where each row starts among <see cref="Bags"/>.</summary>
    public Tensor RowStarts { get; }

    /// <summary>(P): 1 / the size of each of <see cref="Bags"/>.</summary>
    public Tensor Shares { get; }

    public void Dispose()
    {
        foreach (var list in new[] { Rows, Starts, Bags, RowStarts, Shares }) { list.Dispose(); }
    }
}
