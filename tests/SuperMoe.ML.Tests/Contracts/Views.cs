using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>Reads and compares views of any schema.</summary>
internal static class Views
{
    public static DataViewSchema.Column[] Visible(DataViewSchema schema) => [.. schema.Where(c => !c.IsHidden)];

    /// <summary>The values of all rows, as objects that can be compared: vectors as arrays, text as strings.</summary>
    public static List<object[]> Read(IDataView view, params DataViewSchema.Column[] columns)
    {
        using var cursor = view.GetRowCursor(columns);
        return Read(cursor, columns);
    }

    public static List<object[]> Read(DataViewRowCursor cursor, params DataViewSchema.Column[] columns)
    {
        var readers = columns.Select(c => Reader(cursor, c)).ToArray();
        var rows = new List<object[]>();
        while (cursor.MoveNext()) { rows.Add([.. readers.Select(r => r())]); }
        return rows;
    }

    /// <summary>A reader of the current value of any column.</summary>
    public static Func<object> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        var method = vector is null ? nameof(Scalar) : nameof(Vector);
        var type = vector?.ItemType.RawType ?? column.Type.RawType;
        return (Func<object>)typeof(Views).GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [row, column])!;
    }

    public static void AssertSameRows(IReadOnlyList<object[]> expected, IReadOnlyList<object[]> actual, double tolerance = 0)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var r = 0; r < expected.Count; r++)
        {
            Assert.Equal(expected[r].Length, actual[r].Length);
            for (var c = 0; c < expected[r].Length; c++) { AssertSame(expected[r][c], actual[r][c], tolerance, $"row {r}, column {c}"); }
        }
    }

    public static void AssertSameSchemas(DataViewSchema expected, DataViewSchema actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Name, actual[i].Name);
            Assert.Equal(expected[i].IsHidden, actual[i].IsHidden);
            Assert.Equal(expected[i].Type, actual[i].Type);
            AssertSameAnnotations(expected[i], actual[i]);
        }
    }

    private static void AssertSameAnnotations(DataViewSchema.Column expected, DataViewSchema.Column actual)
    {
        var names = expected.Annotations.Schema.Select(a => a.Name).Order(StringComparer.Ordinal);
        Assert.Equal(names, actual.Annotations.Schema.Select(a => a.Name).Order(StringComparer.Ordinal));
        foreach (var annotation in expected.Annotations.Schema)
        {
            var other = actual.Annotations.Schema[annotation.Name];
            Assert.Equal(annotation.Type, other.Type);
            AssertSame(Annotation(expected, annotation), Annotation(actual, other), 0, $"annotation {annotation.Name} of {expected.Name}");
        }
    }

    /// <summary>The value of an annotation.</summary>
    public static object Annotation(DataViewSchema.Column column, DataViewSchema.Column annotation)
    {
        var vector = annotation.Type as VectorDataViewType;
        var method = vector is null ? nameof(ScalarAnnotation) : nameof(VectorAnnotation);
        return typeof(Views).GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(vector?.ItemType.RawType ?? annotation.Type.RawType).Invoke(null, [column.Annotations, annotation.Name])!;
    }

    private static object ScalarAnnotation<T>(DataViewSchema.Annotations annotations, string name)
    {
        T value = default!;
        annotations.GetValue(name, ref value);
        return Plain(value!);
    }

    private static object[] VectorAnnotation<T>(DataViewSchema.Annotations annotations, string name)
    {
        VBuffer<T> value = default;
        annotations.GetValue(name, ref value);
        return value.DenseValues().Select(v => Plain(v!)).ToArray();
    }

    private static Func<object> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Plain(value!);
        };
    }

    private static Func<object> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return value.DenseValues().Select(v => Plain(v!)).ToArray();
        };
    }

    private static object Plain(object value) => value is ReadOnlyMemory<char> text ? text.ToString() : value;

    private static void AssertSame(object expected, object actual, double tolerance, string where)
    {
        if (expected is object[] many)
        {
            var others = Assert.IsType<object[]>(actual);
            Assert.True(many.Length == others.Length, $"{where}: {many.Length} values, then {others.Length}");
            for (var i = 0; i < many.Length; i++) { AssertSame(many[i], others[i], tolerance, $"{where}, slot {i}"); }
            return;
        }
        var same = Equals(expected, actual) || (expected is float a && actual is float b && Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(a)));
        Assert.True(same, $"{where}: {expected}, then {actual}");
    }
}
