using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>
/// Nulls of a DataFrame. As an IDataView it shows null integers as 0, which may be a time or a user as well, so they are asked of the frame itself.
/// Microsoft.Data.Analysis is not referenced for this: those who have a frame to pass have it loaded.
/// </summary>
internal static class DataFrameNulls
{
    private const string DataFrame = "Microsoft.Data.Analysis.DataFrame";

    /// <summary>The first row, from 1, with a null in <paramref name="column"/>; <see langword="null"/> without one, or for other views.</summary>
    public static long? FirstRow(IDataView view, string column)
    {
        if (view.GetType().FullName != DataFrame)
        {
            return null;
        }

        var values = ((dynamic)view).Columns[column];
        long count = values.NullCount == 0 ? 0 : values.Length;
        for (var row = 0L; row < count; row++)
        {
            if (values[row] is null)
            {
                return row + 1;
            }
        }

        return null;
    }
}
