using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Key values by key.</summary>
internal abstract class KeyNames
{
    /// <summary>The key value of <paramref name="key"/> (from 1) as text, or <see langword="null"/> for keys without values.</summary>
    public static string? Find(DataViewSchema.Column column, ulong key) =>
        ColumnTypes.KeyValuesType(column) is { } values
            ? GenericFactory.Create<KeyNames>(typeof(Reader<>), values.ItemType.RawType).Name(column, key)
            : null;

    /// <summary>For each key of <paramref name="from"/>, from 1, the key of <paramref name="to"/> that has the same key value, or 0.</summary>
    public static ulong[] Translate(DataViewSchema.Column from, DataViewSchema.Column to) =>
        GenericFactory.Create<KeyNames>(typeof(Reader<>), ColumnTypes.KeyValuesType(from)!.ItemType.RawType).Map(from, to);

    private protected abstract string? Name(DataViewSchema.Column column, ulong key);

    private protected abstract ulong[] Map(DataViewSchema.Column from, DataViewSchema.Column to);

    private sealed class Reader<T> : KeyNames
    {
        private protected override string? Name(DataViewSchema.Column column, ulong key)
        {
            var values = Values(column);
            return key <= (ulong)values.Length ? Convert.ToString(values[(int)key - 1], CultureInfo.InvariantCulture) : null;
        }

        private protected override ulong[] Map(DataViewSchema.Column from, DataViewSchema.Column to)
        {
            var index = DistinctIndex<T>.Create();
            var keys = new List<ulong>(); // of `to`, by number in the index
            var key = 0UL;
            foreach (var value in Values(to))
            {
                key++;
                index.GetOrAdd(value, out var added);
                if (added)
                {
                    keys.Add(key);
                }
            }

            return Array.ConvertAll(Values(from), value => index.Find(value) is >= 0 and var found ? keys[found] : 0);
        }

        private static T[] Values(DataViewSchema.Column column)
        {
            VBuffer<T> values = default;
            column.GetKeyValues(ref values);
            return values.DenseValues().ToArray();
        }
    }
}
