using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>What rows of a table were before their first change since a moment, to go back to it: a copy of the rows that changed, not of the table. D dimension.</summary>
internal sealed class RowJournal : IDisposable
{
    private readonly List<(Tensor Ids, Tensor Rows)> _entries = [];
    private readonly Tensor _known; // (rows) bool: whether the row is in an entry

    /// <param name="rows">The table's number of rows.</param>
    /// <param name="device">Where the table is.</param>
    public RowJournal(long rows, Device device) => _known = zeros(rows, ScalarType.Bool, device).DetachFromDisposeScope();

    /// <summary>The number of rows kept.</summary>
    public long Rows => _entries.Sum(e => e.Ids.shape[0]);

    /// <summary>Hears what rows are before they change.</summary>
    /// <param name="ids">(n) int64: unique row numbers.</param>
    /// <param name="rows">(n, D).</param>
    public void Record(Tensor ids, Tensor rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var fresh = _known.index_select(0, ids).logical_not_().nonzero().squeeze(1); // (m)
        if (fresh.shape[0] == 0) { return; }
        var changed = ids.index_select(0, fresh);
        _known.index_put_(ones([], ScalarType.Bool, _known.device), changed);
        _entries.Add((changed.DetachFromDisposeScope(), rows.index_select(0, fresh).DetachFromDisposeScope()));
    }

    /// <summary>Puts back what was recorded.</summary>
    public void Restore(Tensor table)
    {
        using var noGrad = no_grad();
        foreach (var (ids, rows) in _entries) { table.index_copy_(0, ids, rows); }
    }

    public void Dispose()
    {
        _known.Dispose();
        foreach (var (ids, rows) in _entries)
        {
            ids.Dispose();
            rows.Dispose();
        }
        _entries.Clear();
    }
}
