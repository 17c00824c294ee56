using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>Reads vector columns of a row, as a consumer that keeps one buffer a column does.</summary>
internal sealed class RowReader
{
    private readonly Action[] _columns;

    /// <param name="row">A row on which the columns are active.</param>
    /// <param name="columns">Vectors of Single or of keys.</param>
    public RowReader(DataViewRow row, IEnumerable<DataViewSchema.Column> columns) => _columns = [.. columns.Select(c => Column(row, c))];

    /// <summary>Reads the current row.</summary>
    public void Read()
    {
        foreach (var column in _columns) { column(); }
    }

    private static Action Column(DataViewRow row, DataViewSchema.Column column) =>
        ((VectorDataViewType)column.Type).ItemType is KeyDataViewType ? Column<uint>(row, column) : Column<float>(row, column);

    private static Action Column<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () => getter(ref value);
    }
}
