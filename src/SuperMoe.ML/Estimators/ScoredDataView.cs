using Microsoft.ML;

namespace SuperMoe.ML.Estimators;

/// <summary>A view with a model's outputs, computed in batches while it is read.</summary>
internal sealed class ScoredDataView(ScoringBinding binding, IBatchScorer scorer, IDataView source, int batchSize) : IDataView
{
    public DataViewSchema Schema => binding.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = binding.Active(columnsNeeded);
        var request = binding.Request(active);
        // Rows are read on another thread, on which the caller's own generator must not be used.
        var cursor = source.GetRowCursor(binding.Dependencies(active), rand is null ? null : new Random(rand.Next()));
        try
        {
            return request is null
                ? new ForwardingCursor(binding, active, cursor)
                : new ScoringCursor(binding, active, request, scorer, cursor, batchSize);
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }

    /// <summary>One cursor where scores are asked for: libtorch uses all cores for each batch.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = binding.Active(columnsNeeded);
        return binding.Request(active) is null
            ? [.. source.GetRowCursorSet(binding.Dependencies(active), n, rand).Select(c => new ForwardingCursor(binding, active, c))]
            : [GetRowCursor(columnsNeeded, rand)];
    }
}
