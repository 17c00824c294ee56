using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>
/// Whether a vector is as long as its column says. ML.NET does not look: an array of a class with <c>[VectorType(n)]</c> comes as it is, and null as a vector of no numbers.
/// </summary>
internal static class VectorLength
{
    /// <summary>Checks the current row's vector.</summary>
    /// <exception cref="InvalidOperationException">It is shorter or longer.</exception>
    public static void Check(DataViewRow row, DataViewSchema.Column column, int length, int size)
    {
        if (length != size)
        {
            throw new InvalidOperationException($"Row {row.Position} has {length} numbers in column '{column.Name}', whose type {column.Type} says {size}; NaN stands for a missing number.");
        }
    }
}
