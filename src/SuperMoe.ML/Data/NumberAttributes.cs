using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>The number-valued attributes of items, while the items' rows are read; all columns side by side.</summary>
internal sealed class NumberAttributes
{
    private readonly GrowableArray<float> _values = new($"numbers in {nameof(ItemAttributes)} (items times the numbers of each)");
    private readonly List<Action> _read = [];

    public NumberAttributes(DataViewRow row, IEnumerable<DataViewSchema.Column> columns)
    {
        foreach (var column in columns)
        {
            if (column.Type is VectorDataViewType { Size: var size })
            {
                var vector = row.GetGetter<VBuffer<float>>(column);
                VBuffer<float> value = default;
                _read.Add(() =>
                {
                    vector(ref value);
                    VectorLength.Check(row, column, value.Length, size);
                    value.CopyTo(_values.Grow(size));
                });
                Width += size;
            }
            else
            {
                var number = row.GetGetter<float>(column);
                _read.Add(() => number(ref _values.Grow(1)[0]));
                Width++;
            }
        }
    }

    /// <summary>The numbers of an item.</summary>
    public int Width { get; }

    /// <summary>Reads the current row.</summary>
    public void Read() => _read.ForEach(read => read());

    /// <summary>The numbers by item key, each standardized to mean 0 and deviation 1 over the items that have it; missing ones are 0.</summary>
    /// <param name="rowOf">For each item key the row that was read, -1 for none.</param>
    public float[] ByItem(int[] rowOf)
    {
        var size = (long)rowOf.Length * Width;
        if (size > Array.MaxLength)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{rowOf.Length - 1:N0} items with {Width:N0} numbers each are more than the {Array.MaxLength:N0} that fit in memory."));
        }
        var numbers = new float[size];
        for (var slot = 0; slot < Width; slot++)
        {
            var moments = Moments(slot);
            if (moments.Deviation == 0) { continue; } // a constant says nothing
            for (var item = 0; item < rowOf.Length; item++)
            {
                if (rowOf[item] is var row and >= 0 && _values[(row * Width) + slot] is var value && float.IsFinite(value))
                {
                    numbers[(item * Width) + slot] = (float)((value - moments.Mean) / moments.Deviation);
                }
            }
        }
        return numbers;
    }

    private Moments Moments(int slot)
    {
        var moments = default(Moments);
        for (var i = slot; i < _values.Count; i += Width) { moments.Add(_values[i]); }
        return moments;
    }
}
