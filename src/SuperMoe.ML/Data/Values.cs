using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>From the types of ML.NET's columns to the numbers of a <see cref="BehaviorDataset"/>.</summary>
internal static class Values
{
    /// <summary>A vector of keys 1..<paramref name="count"/>; larger ones are missing, as in ML.NET.</summary>
    public static BehaviorField<TSource, int> Keys<TSource>(DataViewRow row, DataViewSchema.Column column, int count)
        where TSource : IBinaryInteger<TSource> =>
        new(column.Name, row.GetGetter<VBuffer<TSource>>(column), key => ToKey(key, count));

    /// <summary>A vector of keys of any width.</summary>
    public static (BehaviorField Column, GrowableArray<int> Values) Keys(DataViewRow row, DataViewSchema.Column column, int count)
    {
        var raw = ((VectorDataViewType)column.Type).ItemType.RawType;
        return Type.GetTypeCode(raw) switch
        {
            TypeCode.Byte => Pair(Keys<byte>(row, column, count)),
            TypeCode.UInt16 => Pair(Keys<ushort>(row, column, count)),
            TypeCode.UInt32 => Pair(Keys<uint>(row, column, count)),
            TypeCode.UInt64 => Pair(Keys<ulong>(row, column, count)),
            _ => throw new NotSupportedException($"Keys of type {raw} in column '{column.Name}'."),
        };
    }

    /// <summary>A vector of numbers.</summary>
    public static BehaviorField<float, float> Numbers(DataViewRow row, DataViewSchema.Column column) =>
        new(column.Name, row.GetGetter<VBuffer<float>>(column), value => value);

    /// <summary>A vector of times, in seconds: since 1970 for dates, as they are for numbers; NaN for a missing date.</summary>
    public static (BehaviorField Column, GrowableArray<double> Values) Times(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = ((VectorDataViewType)column.Type).ItemType.RawType;
        return Type.GetTypeCode(raw) switch
        {
            TypeCode.DateTime => Pair(Of<DateTime, double>(row, column, t => TimeKey.IsMissing(t) ? double.NaN : Seconds(t.Ticks))),
            TypeCode.Object when raw == typeof(DateTimeOffset) => Pair(Of<DateTimeOffset, double>(row, column, t => TimeKey.IsMissing(t) ? double.NaN : Seconds(t.UtcTicks))),
            TypeCode.SByte => Pair(Seconds<sbyte>(row, column)),
            TypeCode.Byte => Pair(Seconds<byte>(row, column)),
            TypeCode.Int16 => Pair(Seconds<short>(row, column)),
            TypeCode.UInt16 => Pair(Seconds<ushort>(row, column)),
            TypeCode.Int32 => Pair(Seconds<int>(row, column)),
            TypeCode.UInt32 => Pair(Seconds<uint>(row, column)),
            TypeCode.Int64 => Pair(Seconds<long>(row, column)),
            TypeCode.UInt64 => Pair(Seconds<ulong>(row, column)),
            TypeCode.Single => Pair(Seconds<float>(row, column)),
            TypeCode.Double => Pair(Seconds<double>(row, column)),
            _ => throw new NotSupportedException($"Times of type {raw} in column '{column.Name}'."),
        };
    }

    /// <summary>A single key 1..<paramref name="count"/> of any width.</summary>
    public static Func<int> Key(DataViewRow row, DataViewSchema.Column column, int count) =>
        Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Byte => Key<byte>(row, column, count),
            TypeCode.UInt16 => Key<ushort>(row, column, count),
            TypeCode.UInt32 => Key<uint>(row, column, count),
            TypeCode.UInt64 => Key<ulong>(row, column, count),
            _ => throw new NotSupportedException($"A key of type {column.Type.RawType} in column '{column.Name}'."),
        };

    /// <summary>A label as <see cref="BehaviorDataset.Labels"/> wants it; NaN is missing.</summary>
    public static Func<float> Label(DataViewRow row, LabelColumn label)
    {
        if (label.Kind == LabelKind.Multiclass)
        {
            var key = Key(row, label.Column, (int)((KeyDataViewType)label.Column.Type).Count);
            return () => key() is var k and > 0 ? k - 1 : float.NaN;
        }
        if (label.Column.Type is BooleanDataViewType)
        {
            var yes = Scalar<bool>(row, label.Column);
            return () => yes() ? 1 : 0;
        }
        var number = Scalar<float>(row, label.Column);
        return label.Kind == LabelKind.Regression ? number : () => number() is var n && float.IsNaN(n) ? n : n > 0 ? 1 : 0;
    }

    /// <summary>Reads a Boolean column.</summary>
    public static Func<bool> Flag(DataViewRow row, DataViewSchema.Column column) => Scalar<bool>(row, column);

    private static Func<T> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    private static Func<int> Key<T>(DataViewRow row, DataViewSchema.Column column, int count)
        where T : IBinaryInteger<T>
    {
        var key = Scalar<T>(row, column);
        return () => ToKey(key(), count);
    }

    private static int ToKey<T>(T key, int count)
        where T : IBinaryInteger<T> =>
        ulong.CreateTruncating(key) is var k && k <= (ulong)count ? (int)k : 0;

    private static BehaviorField<TSource, TTarget> Of<TSource, TTarget>(
        DataViewRow row, DataViewSchema.Column column, Func<TSource, TTarget> convert) =>
        new(column.Name, row.GetGetter<VBuffer<TSource>>(column), convert);

    private static BehaviorField<T, double> Seconds<T>(DataViewRow row, DataViewSchema.Column column)
        where T : INumberBase<T> =>
        Of<T, double>(row, column, double.CreateChecked);

    private static double Seconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;

    private static (BehaviorField Column, GrowableArray<TTarget> Values) Pair<TSource, TTarget>(BehaviorField<TSource, TTarget> column) =>
        (column, column.Values);
}
