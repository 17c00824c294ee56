using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>Reads whole views into memory, for training and evaluation.</summary>
internal static class BehaviorDatasetReader
{
    /// <summary>How many rows are read before it is asked again whether to go on.</summary>
    public const int RowsBetweenChecks = 1024;

    /// <summary>Reads all rows of <paramref name="data"/> in their order.</summary>
    /// <param name="data">The view that <paramref name="columns"/> belong to.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="checkAlive">Called now and then; throws to stop reading.</param>
    /// <param name="labelledOnly">Whether rows without any label are passed over, of which then nothing else is read.</param>
    public static BehaviorDataset ReadAll(IDataView data, BehaviorColumns columns, Action checkAlive, bool labelledOnly = false)
    {
        using var cursor = data.GetRowCursor(columns.All());
        var reader = new BehaviorRowReader(cursor, columns);
        for (var row = 0L; cursor.MoveNext(); row++)
        {
            if (row % RowsBetweenChecks == 0) { checkAlive(); }
            if (!labelledOnly || reader.IsLabelled()) { reader.Read(); }
        }
        return reader.Take(last: true);
    }
}
