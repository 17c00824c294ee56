using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>A key-valued attribute of items, of one or several values, while the items' rows are read.</summary>
internal sealed class KeyAttribute
{
    private readonly GrowableArray<int> _starts = new($"rows in {nameof(ItemAttributes)}");
    private readonly GrowableArray<int> _values;
    private readonly Action _read;

    public KeyAttribute(DataViewRow row, DataViewSchema.Column column, int count)
    {
        _values = new($"values in column '{column.Name}' of {nameof(ItemAttributes)}");
        if (column.Type is VectorDataViewType)
        {
            var (keys, values) = Data.Values.Keys(row, column, count);
            _read = () =>
            {
                values.Clear();
                keys.Fetch();
                keys.Keep();
                foreach (var key in values.AsSpan()) { Add(key); }
            };
        }
        else
        {
            var key = Data.Values.Key(row, column, count);
            _read = () => Add(key());
        }
        _starts.Add(0);
    }

    /// <summary>Reads the current row.</summary>
    public void Read()
    {
        _read();
        _starts.Add(_values.Count);
    }

    /// <summary>The values by item key instead of by row.</summary>
    /// <param name="rowOf">For each item key the row that was read, -1 for none.</param>
    public (int[] Offsets, int[] Values) ByItem(int[] rowOf)
    {
        var offsets = new int[rowOf.Length + 1];
        var values = new int[_values.Count];
        for (var item = 0; item < rowOf.Length; item++)
        {
            var length = 0;
            if (rowOf[item] is var row and >= 0)
            {
                length = _starts[row + 1] - _starts[row];
                _values.AsSpan().Slice(_starts[row], length).CopyTo(values.AsSpan(offsets[item]));
            }
            offsets[item + 1] = offsets[item] + length;
        }
        return (offsets, values);
    }

    private void Add(int key)
    {
        if (key != 0) { _values.Add(key); }
    }
}
