using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>The values that a key column's keys stand for: its KeyValues annotation, where key k is value k - 1.</summary>
internal abstract class KeyVocabulary
{
    /// <summary>The name of ML.NET's annotation.</summary>
    public const string Annotation = "KeyValues";

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

    /// <summary>Whether both have the same values in the same order.</summary>
    public abstract bool SameAs(KeyVocabulary other);

    /// <summary>A reader of the key of a raw value of the same type, 0 for a value without a key.</summary>
    public abstract Func<int> Match(DataViewRow row, DataViewSchema.Column raw);

    /// <summary>For each key of <paramref name="other"/>, from 0, the key of the same value here, 0 for a value without a key.</summary>
    public abstract int[] Map(KeyVocabulary other);

    /// <summary>The values as text, such as for slot names.</summary>
    public abstract ReadOnlyMemory<char>[] Texts();

    /// <summary>Adds the values to a column's annotations under the name <paramref name="annotation"/>.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string annotation);
}
