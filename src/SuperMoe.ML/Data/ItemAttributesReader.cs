using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SuperMoe.ML.Data;

/// <summary>Reads a view with one row an item into <see cref="ItemAttributes"/>, by the keys of a sequence column.</summary>
internal sealed class ItemAttributesReader
{
    private readonly int _itemCount;
    private readonly int[] _rowOf;
    private readonly List<KeyField> _keyFields = [];
    private readonly List<Func<DataViewRow, KeyAttribute>> _keyColumns = [];
    private readonly List<DataViewSchema.Column> _numberColumns = [];
    private readonly DataViewSchema.Column _item;
    private readonly KeyVocabulary? _vocabulary;

    private ItemAttributesReader(DataViewSchema items, DataViewSchema.Column sequenceItems, int itemCount)
    {
        _itemCount = itemCount;
        _rowOf = new int[itemCount + 1];
        _rowOf.AsSpan().Fill(-1);
        _vocabulary = KeyVocabulary.Of(sequenceItems);
        _item = items[sequenceItems.Name];
        foreach (var column in Attributes(items, sequenceItems.Name)) { AddColumn(column); }
    }

    /// <summary>The mistakes in the columns of an items' view, without reading it; none is a good sign.</summary>
    /// <param name="items">The schema of the items' view.</param>
    /// <param name="itemColumn">The name of the item column.</param>
    /// <param name="sequenceItems">The item column of the sequences, where it is known: whether items can be matched is told by its keys.</param>
    public static IReadOnlyList<string> Mistakes(DataViewSchema items, string itemColumn, DataViewSchema.Column? sequenceItems)
    {
        var mistakes = new List<string>();
        if (items.GetColumnOrNull(itemColumn) is not { } item)
        {
            mistakes.Add($"{nameof(ItemAttributes)} has no column '{itemColumn}', by which its rows are matched to the items of the sequences.");
        }
        else if (sequenceItems is { Type: VectorDataViewType { ItemType: KeyDataViewType { Count: <= int.MaxValue } keys } } sequences
            && ItemColumnMatcher.Mistake(item, KeyVocabulary.Of(sequences), (int)keys.Count) is { } mismatch)
        {
            mistakes.Add($"{nameof(ItemAttributes)}: {mismatch}");
        }
        var attributes = Attributes(items, itemColumn).ToList();
        if (attributes.Count == 0) { mistakes.Add($"{nameof(ItemAttributes)} has no column besides '{itemColumn}'."); }
        mistakes.AddRange(attributes.Where(c => !IsKey(c) && !IsNumber(c)).Select(c =>
            $"{nameof(ItemAttributes)} has the column '{c.Name}' of type {c.Type}, which is no attribute: {Advice(ItemType(c))}."));
        return mistakes;
    }

    /// <summary>Reads the attributes of the items that have a key; other items are left out.</summary>
    /// <param name="items">The items' view.</param>
    /// <param name="sequenceItems">The item column of the sequences; the items' view has one of the same name.</param>
    /// <param name="itemCount">The number of keys of <paramref name="sequenceItems"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="unknown">The number of those whose item has no key.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that is no attribute.</exception>
    /// <exception cref="InvalidOperationException">An item has two rows, or there are rows and none is of an item that has a key.</exception>
    public static ItemAttributes Read(IDataView items, DataViewSchema.Column sequenceItems, int itemCount, out int rows, out int unknown) =>
        Mistakes(items.Schema, sequenceItems.Name, sequenceItems) is { Count: > 0 } mistakes
            ? throw Wrong(mistakes)
            : new ItemAttributesReader(items.Schema, sequenceItems, itemCount).Read(items, out rows, out unknown);

    /// <summary>The error for <see cref="Mistakes"/>.</summary>
    public static ArgumentOutOfRangeException Wrong(IReadOnlyList<string> mistakes) => new(string.Join(Environment.NewLine, mistakes), innerException: null);

    private static IEnumerable<DataViewSchema.Column> Attributes(DataViewSchema items, string itemColumn) =>
        items.Where(c => !c.IsHidden && c.Name != itemColumn);

    private static DataViewType ItemType(DataViewSchema.Column column) => (column.Type as VectorDataViewType)?.ItemType ?? column.Type;

    private static bool IsKey(DataViewSchema.Column column) => ItemType(column) is KeyDataViewType { Count: <= int.MaxValue };

    private static bool IsNumber(DataViewSchema.Column column) =>
        ItemType(column) == NumberDataViewType.Single && column.Type is not VectorDataViewType { IsKnownSize: false };

    private void AddColumn(DataViewSchema.Column column)
    {
        if (!IsKey(column))
        {
            _numberColumns.Add(column);
            return;
        }
        var field = new KeyField(column.Name, (int)((KeyDataViewType)ItemType(column)).Count);
        _keyFields.Add(field);
        _keyColumns.Add(row => new KeyAttribute(row, column, field.Count));
    }

    private static string Advice(DataViewType type) => type switch
    {
        TextDataViewType => "make it a key with MapValueToKey (after TokenizeIntoWords for several values), or drop it with DropColumns",
        NumberDataViewType when type.RawType == typeof(float) => "a vector of numbers needs a known size",
        NumberDataViewType or BooleanDataViewType => "make it Single with ConvertType, or drop it with DropColumns",
        _ => "attributes are keys, vectors of keys, Single, and vectors of Single of known size; drop it with DropColumns",
    };

    private ItemAttributes Read(IDataView items, out int rows, out int unknown)
    {
        using var cursor = items.GetRowCursor(items.Schema.Where(c => !c.IsHidden));
        var item = ItemColumnMatcher.Create(cursor, _item, _vocabulary, _itemCount);
        var keys = _keyColumns.ConvertAll(create => create(cursor));
        var numbers = new NumberAttributes(cursor, _numberColumns);
        var describe = ItemColumnMatcher.Describe(cursor, _item, _vocabulary);
        var known = 0;
        var first = "";
        for (rows = unknown = 0; cursor.MoveNext(); rows++)
        {
            var key = item();
            if (rows == 0 && key == 0) { first = describe(); }
            if (key == 0)
            {
                unknown++;
                continue;
            }
            if (_rowOf[key] >= 0) { throw Twice(key); }
            _rowOf[key] = known++;
            keys.ForEach(k => k.Read());
            numbers.Read();
        }
        if (rows > 0 && known == 0) { throw NoneKnown(rows, first); }
        var arranged = keys.ConvertAll(k => k.ByItem(_rowOf));
        return new ItemAttributes
        {
            KeyFields = _keyFields,
            Offsets = [.. arranged.Select(a => a.Offsets)],
            Values = [.. arranged.Select(a => a.Values)],
            NumberCount = numbers.Width,
            Numbers = numbers.ByItem(_rowOf),
        };
    }

    private InvalidOperationException NoneKnown(int rows, string first)
    {
        var keys = _vocabulary is { Count: > 0 } named
            ? $"'{named.Texts()[0]}' is the item of the first key"
            : string.Create(CultureInfo.InvariantCulture, $"the keys are 1 to {_itemCount}");
        return new(string.Create(
            CultureInfo.InvariantCulture,
            $"{nameof(ItemAttributes)} has {rows:N0} rows, and none is of an item that column '{_item.Name}' of the sequences has a key for: "
            + $"the first row has {first}, and {keys}. Both write an item alike."));
    }

    private InvalidOperationException Twice(int key)
    {
        var name = _vocabulary is null ? $"with key {key}" : $"'{_vocabulary.Texts()[key - 1]}'";
        return new($"{nameof(ItemAttributes)} has more than one row for the item {name} of column '{_item.Name}'.");
    }
}
