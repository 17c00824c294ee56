using System.Buffers;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>The rows of one batch of a cursor: their identities and scores.</summary>
internal sealed class ScoredBatch(int capacity)
{
    public DataViewRowId[] Ids { get; private set; } = ArrayPool<DataViewRowId>.Shared.Rent(capacity);

    /// <summary>The source cursor's batch of each row: the order in which parallel cursors are merged.</summary>
    public long[] Batches { get; private set; } = ArrayPool<long>.Shared.Rent(capacity);

    /// <summary><see langword="null"/> before anything is scored, and once its memory was given back.</summary>
    public BatchScores? Scores { get; set; }

    public int Count { get; set; }

    /// <summary>Gives the memory back; there are no rows any more.</summary>
    public void Release()
    {
        Count = 0;
        ArrayPool<DataViewRowId>.Shared.Return(Ids);
        ArrayPool<long>.Shared.Return(Batches);
        (Ids, Batches) = ([], []);
    }
}
