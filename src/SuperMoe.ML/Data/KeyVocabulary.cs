using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>The values that a key column's keys stand for: its KeyValues annotation, where key k is value k - 1.</summary>
internal abstract class KeyVocabulary
{
    /// <summary>The name of ML.NET's annotation.</summary>
    public const string Annotation = "KeyValues";

    private const int HashedAtOnce = 4096; // bytes

    /// <summary>The type of the values.</summary>
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>The number of values.</summary>
    public abstract int Count { get; }

    /// <summary>The annotation of <paramref name="column"/>; <see langword="null"/> without one.</summary>
    public static KeyVocabulary? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Annotation) is not { } values
            || values.Type is not VectorDataViewType { ItemType: { } itemType })
        {
            return null;
        }
        return (KeyVocabulary)Activator.CreateInstance(typeof(KeyVocabulary<>).MakeGenericType(itemType.RawType), itemType, column.Annotations)!;
    }

    /// <summary>The vocabulary of an array of values, such as one of <see cref="ToArray"/>.</summary>
    /// <exception cref="ArgumentException">An array of values that no key column has.</exception>
    public static KeyVocabulary Of(Array values)
    {
        var type = values.GetType().GetElementType()!;
        return (KeyVocabulary)Activator.CreateInstance(typeof(KeyVocabulary<>).MakeGenericType(type), ItemTypeOf(type), values)!;
    }

    /// <summary>The values, as an array of their own type.</summary>
    public abstract Array ToArray();

    /// <summary>Whether both have the same values in the same order.</summary>
    public abstract bool SameAs(KeyVocabulary other);

    /// <summary>A reader of the key of a raw value of the same type, 0 for a value without a key.</summary>
    public abstract Func<int> Match(DataViewRow row, DataViewSchema.Column raw);

    /// <summary>A reader of a raw value of the same type, as text; of a vector its first value.</summary>
    public abstract Func<string> Describe(DataViewRow row, DataViewSchema.Column raw);

    /// <summary>For each key of <paramref name="other"/>, from 0, the key of the same value here, 0 for a value without a key.</summary>
    public abstract int[] Map(KeyVocabulary other);

    /// <summary>The values as text, such as for slot names.</summary>
    public abstract ReadOnlyMemory<char>[] Texts();

    /// <summary>A hash of the values in order: two vocabularies of the same fingerprint give the same keys to the same values.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(ItemType.ToString()!));
        Span<byte> piece = stackalloc byte[HashedAtOnce]; // a call of the hash for each of a million values would take most of the time
        var filled = 0;
        foreach (var text in Texts())
        {
            var bytes = MemoryMarshal.AsBytes(text.Span);
            if (filled + sizeof(int) + bytes.Length > piece.Length)
            {
                hash.AppendData(piece[..filled]);
                filled = 0;
            }
            BinaryPrimitives.WriteInt32LittleEndian(piece[filled..], text.Length);
            filled += sizeof(int);
            if (filled + bytes.Length <= piece.Length)
            {
                bytes.CopyTo(piece[filled..]);
                filled += bytes.Length;
                continue;
            }
            hash.AppendData(piece[..filled]); // longer than the piece
            hash.AppendData(bytes);
            filled = 0;
        }
        hash.AppendData(piece[..filled]);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Adds the values to a column's annotations under the name <paramref name="annotation"/>.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string annotation);

    private static PrimitiveDataViewType ItemTypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => BooleanDataViewType.Instance,
        TypeCode.SByte => NumberDataViewType.SByte,
        TypeCode.Byte => NumberDataViewType.Byte,
        TypeCode.Int16 => NumberDataViewType.Int16,
        TypeCode.UInt16 => NumberDataViewType.UInt16,
        TypeCode.Int32 => NumberDataViewType.Int32,
        TypeCode.UInt32 => NumberDataViewType.UInt32,
        TypeCode.Int64 => NumberDataViewType.Int64,
        TypeCode.UInt64 => NumberDataViewType.UInt64,
        TypeCode.Single => NumberDataViewType.Single,
        TypeCode.Double => NumberDataViewType.Double,
        TypeCode.DateTime => DateTimeDataViewType.Instance,
        _ when type == typeof(ReadOnlyMemory<char>) => TextDataViewType.Instance,
        _ when type == typeof(DateTimeOffset) => DateTimeOffsetDataViewType.Instance,
        _ when type == typeof(TimeSpan) => TimeSpanDataViewType.Instance,
        _ => throw new ArgumentException($"Key values of type {type}.", nameof(type)),
    };
}
