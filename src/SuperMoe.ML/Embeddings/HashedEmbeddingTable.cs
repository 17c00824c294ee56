using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// More ids than rows: an id's vector is the sum of two rows, picked by two hash functions (hash embeddings, Tito Svenstrup et al. 2017,
/// with equal weights), so that two ids share both rows only by a rare chance. Id 0, the missing one, is row 0 alone, which starts at zero.
/// </summary>
internal sealed class HashedEmbeddingTable : NamedModule, IEmbeddingTable
{
    private const long ChunkIds = 1 << 16;

    private readonly EmbeddingTable _table;
    private readonly long _ids;
    private readonly long _rows;

    /// <param name="ids">The number of ids, 0 included.</param>
    /// <param name="table">The rows.</param>
    /// <param name="rows">The number of rows.</param>
    public HashedEmbeddingTable(long ids, EmbeddingTable table, long rows)
        : base(nameof(HashedEmbeddingTable))
    {
        _ids = ids;
        _table = table;
        _rows = rows;
        register_module("table", table);
    }

    /// <inheritdoc/>
    public bool UpdatesRows => _table.UpdatesRows;

    /// <inheritdoc/>
    public IEnumerable<Tensor> RowGradients => _table.RowGradients;

    /// <inheritdoc/>
    public void Open(IReadOnlyCollection<Tensor> ids)
    {
        if (!UpdatesRows) { return; }
        using var scope = NewDisposeScope();
        _table.Open([.. ids.Select(Rows)]);
    }

    /// <inheritdoc/>
    public Tensor Lookup(Tensor ids) => _table.Lookup(Rows(ids)).sum(-2);

    /// <inheritdoc/>
    public Tensor All()
    {
        var rows = _table.All(); // refused within a step by row
        using var scope = NewDisposeScope();
        var ids = arange(Scalars.Of(_ids), device: rows.device);
        if (rows.requires_grad && is_grad_enabled()) { return Lookup(ids).MoveToOuterDisposeScope(); }
        var all = HugePages.Advise(empty([_ids, rows.shape[1]], rows.dtype, rows.device));
        for (long start = 0; start < _ids; start += ChunkIds)
        {
            using var chunk = NewDisposeScope(); // both rows of all ids at once would be twice the result
            var count = Math.Min(ChunkIds, _ids - start);
            all.narrow(0, start, count).copy_(Lookup(ids.narrow(0, start, count)));
        }
        return all.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(double learningRate, Tensor scale) => _table.Step(learningRate, scale);

    /// <inheritdoc/>
    public void Close() => _table.Close();

    /// <inheritdoc/>
    public void EndTraining() => _table.EndTraining();

    /// <summary>The two rows of each id of shape S: (S, 2). Multiplicative hashing (Knuth 6.4) in 31 bits, by two odd factors.</summary>
    internal Tensor Rows(Tensor ids)
    {
        var first = Hash(ids, 0x9E3779B1);
        var second = Hash(ids, 0x85EBCA6B);
        return stack([first, second], -1);
    }

    private Tensor Hash(Tensor ids, long factor)
    {
        var mixed = ids.mul(Scalars.Of(factor)).bitwise_and(0x7FFFFFFFFFFFFFFF).bitwise_right_shift(15).bitwise_and(0x7FFFFFFF);
        return mixed.remainder(Scalars.Of(_rows - 1)).Accumulate(Scalars.Of(1L)).mul_(ids.ne(Scalars.Of(0L))); // 0 stays 0
    }
}
