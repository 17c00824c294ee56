using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>The rows of one batch of a cursor: their identities and scores.</summary>
internal sealed class ScoredBatch(int capacity)
{
    public DataViewRowId[] Ids { get; } = new DataViewRowId[capacity];

    /// <summary>The source cursor's batch of each row: the order in which parallel cursors are merged.</summary>
    public long[] Batches { get; } = new long[capacity];

    /// <summary><see langword="null"/> before anything is scored, and once its memory was given back.</summary>
    public BatchScores? Scores { get; set; }

    public int Count { get; set; }
}
