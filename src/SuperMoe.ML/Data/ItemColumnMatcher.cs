using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Reads items of one view as keys of another view's item column, by value.</summary>
internal static class ItemColumnMatcher
{
    /// <summary>
    /// A reader of <paramref name="column"/>, holding raw values or keys, one item or a vector of one a row.
    /// The reader returns 0 for an item that has no key, or that is missing.
    /// </summary>
    /// <param name="row">The row that is read.</param>
    /// <param name="column">The column on <paramref name="row"/>.</param>
    /// <param name="items">The values of the item column's keys, if it has any.</param>
    /// <param name="itemCount">The number of the item column's keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column cannot be matched.</exception>
    public static Func<int> Create(DataViewRow row, DataViewSchema.Column column, KeyVocabulary? items, int itemCount)
    {
        if (Mistake(column, items, itemCount) is { } mistake) { throw new ArgumentOutOfRangeException(nameof(column), mistake); }
        return ItemType(column) is KeyDataViewType ? OfKey(row, column, items, itemCount) : items!.Match(row, column);
    }

    /// <summary>Why <paramref name="column"/> cannot be matched; <see langword="null"/> if it can.</summary>
    /// <param name="column">A column of items.</param>
    /// <param name="items">The values of the item column's keys, if it has any.</param>
    /// <param name="itemCount">The number of the item column's keys.</param>
    public static string? Mistake(DataViewSchema.Column column, KeyVocabulary? items, int itemCount)
    {
        var type = ItemType(column);
        var keys = string.Create(CultureInfo.InvariantCulture, $"a key of {itemCount:N0} values");
        if (type is not KeyDataViewType key)
        {
            return items is null ? Mismatch(column, $"{keys}, since the item column's keys have no KeyValues to match raw values with")
                : type.Equals(items.ItemType) ? null
                : Mismatch(column, $"{items.ItemType}, as the values of the item column, or a key of such values");
        }
        if (items is not null && KeyVocabulary.Of(column) is { } own)
        {
            return own.ItemType.Equals(items.ItemType) ? null : Mismatch(column, $"a key of {items.ItemType} values");
        }
        return key.Count == (ulong)itemCount ? null : Mismatch(column, $"{keys}, or a key with KeyValues to match by");
    }

    /// <summary>A reader of the current row's item as messages name it: its value, and the number of its key where it has one.</summary>
    /// <param name="row">The row that is read.</param>
    /// <param name="column">The column on <paramref name="row"/>, one that <see cref="Create"/> takes.</param>
    /// <param name="items">The values of the item column's keys, if it has any.</param>
    public static Func<string> Describe(DataViewRow row, DataViewSchema.Column column, KeyVocabulary? items)
    {
        if (ItemType(column) is not KeyDataViewType { Count: var count })
        {
            var text = items!.Describe(row, column);
            return () => $"'{text()}'";
        }
        var read = Key(row, column, (int)Math.Min(count, int.MaxValue));
        return () => read() switch
        {
            0 => "no item (key 0)",
            var key when KeyVocabulary.Of(column) is { } own && key <= own.Count => $"'{own.Texts()[key - 1]}'",
            var key => string.Create(CultureInfo.InvariantCulture, $"key {key}"),
        };
    }

    /// <summary>The error for a row with several items where one is expected.</summary>
    public static InvalidOperationException MoreThanOne(DataViewRow row, DataViewSchema.Column column, int count) =>
        new($"Row {row.Position} has {count} items in column '{column.Name}'; expected is one.");

    private static DataViewType ItemType(DataViewSchema.Column column) => (column.Type as VectorDataViewType)?.ItemType ?? column.Type;

    private static Func<int> OfKey(DataViewRow row, DataViewSchema.Column column, KeyVocabulary? items, int itemCount)
    {
        if (items is null || KeyVocabulary.Of(column) is not { } own) { return Key(row, column, itemCount); }
        var map = items.Map(own);
        var read = Key(row, column, own.Count);
        return () => map[read()];
    }

    private static Func<int> Key(DataViewRow row, DataViewSchema.Column column, int count)
    {
        if (column.Type is not VectorDataViewType) { return Values.Key(row, column, count); }
        var (keys, values) = Values.Keys(row, column, count);
        return () =>
        {
            var length = keys.Fetch();
            if (length > 1) { throw MoreThanOne(row, column, length); }
            values.Clear();
            keys.Keep();
            return length == 0 ? 0 : values[0];
        };
    }

    private static string Mismatch(DataViewSchema.Column column, string expected) =>
        $"The items in column '{column.Name}' are of type {column.Type}; expected {expected}.";
}
