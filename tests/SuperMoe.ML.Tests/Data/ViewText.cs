using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Data;

/// <summary>Any view as text, one line a row, so that whole views can be compared.</summary>
internal static class ViewText
{
    /// <summary>The rows of <paramref name="view"/>: <c>Name=value Name=[value,value]</c>, for the columns named, or all.</summary>
    public static List<string> Rows(IDataView view, params string[] columns) => Rows(view, null, columns);

    public static List<string> Rows(IDataView view, Random? rand, params string[] columns)
    {
        var active = view.Schema.Where(column => !column.IsHidden && (columns.Length == 0 || columns.Contains(column.Name))).ToList();
        using var cursor = view.GetRowCursor(active, rand);
        var readers = active.ConvertAll(column => Reader(cursor, column));
        var rows = new List<string>();
        while (cursor.MoveNext())
        {
            rows.Add(string.Join(' ', active.Zip(readers, (column, read) => $"{column.Name}={read()}")));
        }

        return rows;
    }

    public static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        var method = typeof(ViewText).GetMethod(vector is null ? nameof(Scalar) : nameof(Vector), BindingFlags.Static | BindingFlags.NonPublic)!;
        return (Func<string>)method.MakeGenericMethod((vector?.ItemType ?? column.Type).RawType).Invoke(null, [row, column])!;
    }

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default; // reused, as cursors' readers do
        return () =>
        {
            getter(ref value);
            return "[" + string.Join(',', value.DenseValues().Select(Text)) + "]";
        };
    }

    private static string Text<T>(T value) => value switch
    {
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
