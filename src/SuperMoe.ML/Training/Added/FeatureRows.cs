namespace SuperMoe.ML.Training.Added;

/// <summary>A sparse matrix, row by row. R rows, C columns.</summary>
/// <param name="columns">C.</param>
internal sealed class FeatureRows(int columns)
{
    private readonly List<int> _ends = [];
    private readonly List<int> _places = [];
    private readonly List<float> _values = [];

    /// <summary>R.</summary>
    public int Count => _ends.Count;

    /// <summary>C.</summary>
    public int Columns { get; } = columns;

    /// <summary>Adds a value to the row that is being made.</summary>
    public void Add(int column, float value)
    {
        _places.Add(column);
        _values.Add(value);
    }

    /// <summary>Ends the row that is being made.</summary>
    public void EndRow() => _ends.Add(_places.Count);

    /// <summary>Adds a row times C × O weights to O sums.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weights">C · O, the outputs of a column side by side; there may be more behind.</param>
    /// <param name="sums">O.</param>
    public void Multiply(int row, ReadOnlySpan<double> weights, Span<double> sums)
    {
        var end = _ends[row];
        for (var i = row == 0 ? 0 : _ends[row - 1]; i < end; i++)
        {
            var own = weights.Slice(_places[i] * sums.Length, sums.Length);
            double value = _values[i];
            for (var o = 0; o < own.Length; o++) { sums[o] += value * own[o]; }
        }
    }

    /// <summary>Adds the outer product of a row and O numbers to C × O sums.</summary>
    public void MultiplyTransposed(int row, ReadOnlySpan<double> numbers, Span<double> sums)
    {
        var end = _ends[row];
        for (var i = row == 0 ? 0 : _ends[row - 1]; i < end; i++)
        {
            var own = sums.Slice(_places[i] * numbers.Length, numbers.Length);
            double value = _values[i];
            for (var o = 0; o < own.Length; o++) { own[o] += value * numbers[o]; }
        }
    }
}
