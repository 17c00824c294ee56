using System.Globalization;

namespace SuperMoe.ML.Persistence;

/// <summary>How values of one type become texts and come back, bit for bit and the same in every culture.</summary>
internal sealed class KeyValueCodec
{
    private static readonly CultureInfo s_invariant = CultureInfo.InvariantCulture;

    private static readonly KeyValueCodec[] s_all =
    [
        new(KeyValueType.Text, typeof(ReadOnlyMemory<char>), v => v.ToString()!, s => s.AsMemory()),
        new(KeyValueType.Boolean, typeof(bool), v => (bool)v ? "true" : "false", s => bool.Parse(s)),
        Number<sbyte>(KeyValueType.SByte),
        Number<byte>(KeyValueType.Byte),
        Number<short>(KeyValueType.Int16),
        Number<ushort>(KeyValueType.UInt16),
        Number<int>(KeyValueType.Int32),
        Number<uint>(KeyValueType.UInt32),
        Number<long>(KeyValueType.Int64),
        Number<ulong>(KeyValueType.UInt64),
        Number<float>(KeyValueType.Single),
        Number<double>(KeyValueType.Double),
        new(KeyValueType.DateTime, typeof(DateTime), v => ((DateTime)v).ToString("O", s_invariant),
            s => DateTime.ParseExact(s, "O", s_invariant, DateTimeStyles.RoundtripKind)),
        new(KeyValueType.DateTimeOffset, typeof(DateTimeOffset), v => ((DateTimeOffset)v).ToString("O", s_invariant),
            s => DateTimeOffset.ParseExact(s, "O", s_invariant)),
        new(KeyValueType.TimeSpan, typeof(TimeSpan), v => ((TimeSpan)v).ToString("c", s_invariant),
            s => TimeSpan.ParseExact(s, "c", s_invariant)),
    ];

    private KeyValueCodec(KeyValueType type, Type elementType, Func<object, string> format, Func<string, object> parse)
    {
        Type = type;
        ElementType = elementType;
        Format = format;
        Parse = parse;
    }

    public KeyValueType Type { get; }

    /// <summary>The .NET type of a value; texts are ReadOnlyMemory of Char, as in ML.NET.</summary>
    public Type ElementType { get; }

    public Func<object, string> Format { get; }

    /// <summary>Throws FormatException or OverflowException for a text that is no such value.</summary>
    public Func<string, object> Parse { get; }

    /// <summary>The codec of a type of values; <see langword="null"/> for <see cref="KeyValueType.None"/>.</summary>
    public static KeyValueCodec? Of(KeyValueType type) => Array.Find(s_all, c => c.Type == type);

    /// <summary>The codec of values of a .NET type; <see langword="null"/> if there is none.</summary>
    public static KeyValueCodec? Of(Type elementType) =>
        elementType == typeof(string) ? Of(KeyValueType.Text) : Array.Find(s_all, c => c.ElementType == elementType);

    private static KeyValueCodec Number<T>(KeyValueType type)
        where T : IFormattable, IParsable<T> =>
        new(type, typeof(T), v => ((T)v).ToString(null, s_invariant), s => T.Parse(s, s_invariant));
}
