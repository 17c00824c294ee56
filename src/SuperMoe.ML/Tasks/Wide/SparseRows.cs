using System.Runtime.InteropServices;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Rows of few numbers among many columns, one after the other.</summary>
internal sealed class SparseRows
{
    private readonly List<int> _ends = [];
    private readonly List<int> _columns = [];
    private readonly List<float> _values = [];

    /// <summary>The number of rows.</summary>
    public int Count => _ends.Count;

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        _columns.AddRange(columns);
        _values.AddRange(values);
        _ends.Add(_columns.Count);
    }

    /// <summary>The same rows with the first columns' numbers multiplied.</summary>
    /// <param name="factors">One for each of the first columns; others stay as they are.</param>
    public SparseRows Times(float[] factors)
    {
        var product = new SparseRows();
        product._ends.AddRange(_ends);
        product._columns.AddRange(_columns);
        product._values.AddRange(_values.Select((value, i) => _columns[i] < factors.Length ? value * factors[_columns[i]] : value));
        return product;
    }

    /// <summary>The columns of a row.</summary>
    public ReadOnlySpan<int> Columns(int row) => CollectionsMarshal.AsSpan(_columns)[Start(row).._ends[row]];

    /// <summary>The numbers in <see cref="Columns"/>.</summary>
    public ReadOnlySpan<float> Values(int row) => CollectionsMarshal.AsSpan(_values)[Start(row).._ends[row]];

    private int Start(int row) => row == 0 ? 0 : _ends[row - 1];
}
