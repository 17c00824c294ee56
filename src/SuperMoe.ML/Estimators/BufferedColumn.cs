using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A column of the source, held for two batches: the one that is read and the one that is filled.</summary>
internal abstract class BufferedColumn
{
    /// <summary>A buffer for a column that is active on <paramref name="source"/>.</summary>
    public static BufferedColumn Create(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(BufferedVector<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(BufferedValue<>).MakeGenericType(column.Type.RawType);
        return (BufferedColumn)Activator.CreateInstance(type, source, column, capacity)!;
    }

    /// <summary>Takes the source's current value.</summary>
    /// <param name="half">Which of the two batches: 0 or 1.</param>
    /// <param name="row">The place in the batch.</param>
    public abstract void Fill(int half, int row);

    /// <summary>A getter of the value at <paramref name="place"/>.</summary>
    public abstract Delegate CreateGetter(Func<(int Half, int Row)> place);
}
