using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>Reads whole views into memory, for training and evaluation.</summary>
internal static class BehaviorDatasetReader
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads all rows of <paramref name="data"/> in their order.</summary>
    /// <param name="data">The view that <paramref name="columns"/> belong to.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="checkAlive">Called now and then; throws to stop reading.</param>
    public static BehaviorDataset ReadAll(IDataView data, BehaviorColumns columns, Action checkAlive)
    {
        using var cursor = data.GetRowCursor(columns.All());
        var reader = new BehaviorRowReader(cursor, columns);
        while (cursor.MoveNext())
        {
            if (reader.Count % RowsBetweenChecks == 0) { checkAlive(); }
            reader.Read();
        }
        return reader.Take(last: true);
    }
}
