using Microsoft.ML;

namespace SuperMoe.ML.Estimators;

/// <summary>The checks that a getter is asked for rightly.</summary>
internal static class ActiveRow
{
    /// <summary>Whether a column is active.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is of another schema.</exception>
    public static bool IsActive(bool[] active, DataViewSchema.Column column) =>
        column.Index < active.Length
            ? active[column.Index]
            : throw new ArgumentOutOfRangeException(
                nameof(column), $"The column '{column.Name}' at place {column.Index} is not one of this row's {active.Length} columns.");

    /// <summary>Checks that a column is active and of the type asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is not active, or of another schema.</exception>
    /// <exception cref="InvalidOperationException">The column is of another type.</exception>
    public static void Check<TValue>(bool[] active, DataViewSchema schema, DataViewSchema.Column column)
    {
        if (!IsActive(active, column))
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"The column '{column.Name}' is not active: it was not asked for when the cursor was made.");
        }
        var type = schema[column.Index].Type;
        if (type.RawType != typeof(TValue))
        {
            throw new InvalidOperationException(
                $"The column '{column.Name}' has values of type {type.RawType}, and a getter of {typeof(TValue)} was asked for.");
        }
    }
}
