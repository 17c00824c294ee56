using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Data;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Data;

public sealed class ItemAttributesReaderTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Read_of_raw_items_places_attributes_by_the_sequences_keys()
    {
        var attributes = Read(_ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres")), out var unknown);
        AssertAttributes(attributes);
        Assert.Equal(1, unknown);
    }

    [Fact]
    public void Read_of_items_that_are_keys_of_their_own_matches_by_value()
    {
        var attributes = Read(
            _ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres"))
                .Append(_ml.Transforms.Conversion.MapValueToKey("Item")), out var unknown);
        AssertAttributes(attributes);
        Assert.Equal(1, unknown);
    }

    [Fact]
    public void Read_of_two_rows_for_one_item_names_it()
    {
        var rows = Rows();
        rows[1].Item = "item3";
        var view = Keys(rows, _ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres")));
        var error = Assert.Throws<InvalidOperationException>(() => ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out _, out _));
        Assert.Contains("'item3'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_numbers_of_another_length_than_their_column_s_names_row_column_and_lengths()
    {
        var rows = Rows();
        rows[1].Size = [7];
        var view = Keys(rows, _ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres")));
        var error = Assert.Throws<InvalidOperationException>(() => ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out _, out _));
        Assert.Contains("Row 1 has 1 numbers in column 'Size'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_text_suggests_MapValueToKey()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Read(_ml.Transforms.Conversion.MapValueToKey("Genres"), out _));
        Assert.Contains("'Brand'", error.Message, StringComparison.Ordinal);
        Assert.Contains("MapValueToKey", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_without_the_item_column_names_it()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Read(_ml.Transforms.DropColumns("Item"), out _));
        Assert.Contains("'Item'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_items_of_another_type_names_both_types()
    {
        var view = _ml.Data.LoadFromEnumerable([new NumberedRow { Item = 3, Price = 1 }]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out _, out _));
        Assert.Contains("Int32", error.Message, StringComparison.Ordinal);
        Assert.Contains("String", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_of_rows_none_of_which_is_of_a_known_item_tells_their_number_and_an_item_of_each_side(bool keys)
    {
        var rows = Rows();
        foreach (var row in rows) { row.Item = "Item " + row.Item[^1]; }
        IEstimator<ITransformer> mapping = _ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres"));
        if (keys) { mapping = mapping.Append(_ml.Transforms.Conversion.MapValueToKey("Item")); }
        var view = Keys(rows, mapping);
        var error = Assert.Throws<InvalidOperationException>(() => ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out _, out _));
        Assert.Contains("ItemAttributes has 4 rows, and none is of an item that column 'Item'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Item 3'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'item1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_keys_without_values_none_of_which_is_known_tells_the_keys_there_are()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Item", new VectorDataViewType(new KeyDataViewType(typeof(uint), 7)));
        var view = _ml.Data.LoadFromEnumerable([new KeyedRow { Item = 7, Price = 1 }, new KeyedRow { Item = 8, Price = 2 }]);
        var error = Assert.Throws<InvalidOperationException>(() => ItemAttributesReader.Read(view, builder.ToSchema()["Item"], 7, out _, out _));
        Assert.Contains("has 2 rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("key 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_no_rows_is_of_no_attributes()
    {
        var mapping = _ml.Transforms.Conversion.MapValueToKey("Brand").Append(_ml.Transforms.Conversion.MapValueToKey("Genres"));
        var view = mapping.Fit(_ml.Data.LoadFromEnumerable(Rows())).Transform(_ml.Data.LoadFromEnumerable(Array.Empty<ItemRow>()));
        ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out var rows, out var unknown);
        Assert.Equal((0, 0), (rows, unknown));
    }

    [Fact]
    public void Read_of_several_wrong_columns_names_them_all()
    {
        var view = _ml.Data.LoadFromEnumerable([new WrongRow()]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ItemAttributesReader.Read(view, Sequences(), SampleUsers.Items, out _, out _));
        Assert.All(
            new[] { "The items in column 'Item' are of type Int32; expected String", "'Brand' of type String, which is no attribute: make it a key with MapValueToKey", "'Stock' of type Int64, which is no attribute: make it Single with ConvertType" },
            m => Assert.Contains(m, error.Message, StringComparison.Ordinal));
    }

    private static ItemRow[] Rows() =>
    [
        new() { Item = "item3", Brand = "b1", Genres = ["g1", "g2"], Price = 1, Size = [10, 5] },
        new() { Item = "item1", Brand = "b2", Genres = [], Price = 3, Size = [20, 5] },
        new() { Item = "nowhere", Brand = "b1", Genres = ["g1"], Price = 100, Size = [1000, 5] },
        new() { Item = "item12", Brand = "b1", Genres = ["g2"], Price = float.NaN, Size = [30, 5] },
    ];

    private static void AssertAttributes(ItemAttributes attributes)
    {
        Assert.Equal([new KeyField("Brand", 2), new KeyField("Genres", 2)], attributes.KeyFields);
        Assert.Equal([14, 14], attributes.Offsets.Select(o => o.Length));
        Assert.Equal([1], Values(attributes, 0, 3));
        Assert.Equal([2], Values(attributes, 0, 1));
        Assert.Equal([1, 2], Values(attributes, 1, 3));
        Assert.Empty(Values(attributes, 1, 1));
        Assert.Empty(Values(attributes, 0, 0));
        Assert.Equal([2], Values(attributes, 1, 12));
        Assert.Equal(3, attributes.NumberCount);
        Assert.Equal(13 * 3, attributes.Numbers.Length);
        Assert.Equal([-1f, -1.2247449f, 0], attributes.Numbers[9..12]); // item 3; prices 1 and 3, sizes 10, 20, 30; the second size is constant
        Assert.Equal([1f, 0, 0], attributes.Numbers[3..6]);
        Assert.Equal([0f, 1.2247449f, 0], attributes.Numbers[36..39]);
        Assert.All(attributes.Numbers[12..36], n => Assert.Equal(0, n));
    }

    private static int[] Values(ItemAttributes attributes, int field, int item) =>
        attributes.Values[field][attributes.Offsets[field][item]..attributes.Offsets[field][item + 1]];

    private DataViewSchema.Column Sequences() => SampleUsers.KeyedView(_ml, 5).Schema["Item"];

    private IDataView Keys(ItemRow[] rows, IEstimator<ITransformer> keys)
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        return keys.Fit(view).Transform(view);
    }

    private ItemAttributes Read(IEstimator<ITransformer> keys, out int unknown) =>
        ItemAttributesReader.Read(Keys(Rows(), keys), Sequences(), SampleUsers.Items, out _, out unknown);

    private sealed class ItemRow
    {
        public string Item { get; set; } = "";

        public string Brand { get; set; } = "";

        public string[] Genres { get; set; } = [];

        public float Price { get; set; }

        [VectorType(2)]
        public float[] Size { get; set; } = [];
    }

    private sealed class KeyedRow // ML.NET counts keys of objects from 0
    {
        [KeyType(7)]
        public uint Item { get; set; }

        public float Price { get; set; }
    }

    private sealed class WrongRow
    {
        public int Item { get; set; }

        public string Brand { get; set; } = "";

        public float Price { get; set; }

        public long Stock { get; set; }
    }

    private sealed class NumberedRow
    {
        public int Item { get; set; }

        public float Price { get; set; }
    }
}
