using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>The items' own attributes, from the options to a loaded model.</summary>
public sealed class ItemAttributesContractTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Attributes_change_the_model_and_are_saved_in_it()
    {
        var users = SampleUsers.KeyedView(_ml, 50);
        using var plain = Fit(users, null);
        using var model = Fit(users, Items());
        var embedding = model.GetOutputSchema(users.Schema)["Embedding"];
        var expected = Views.Read(model.Transform(users), embedding);
        Assert.NotEqual(((object[])Views.Read(plain.Transform(users), embedding)[0][0])[0], ((object[])expected[0][0])[0]);

        using var stream = new MemoryStream();
        _ml.Model.Save(model, users.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        Views.AssertSameRows(expected, Views.Read(loaded.Transform(users), embedding));
    }

    [Fact]
    public void Log_counts_attributes_of_unknown_items_once()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Info) { lines.Add(e.Message); } };
        using var model = Fit(SampleUsers.KeyedView(_ml, 30), Items());
        Assert.Contains("2 of the 14 rows of ItemAttributes", Assert.Single(lines, l => l.Contains("ItemAttributes", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(13, 1)]
    public void Log_warns_where_more_than_half_of_the_attributes_are_of_unknown_items(int unknown, int warnings)
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Warning && e.Message.Contains("ItemAttributes", StringComparison.Ordinal)) { lines.Add(e.Message); } };
        var items = SampleUsers.Names.Concat(Enumerable.Range(0, unknown).Select(i => $"x{i}")).Select(n => new PriceRow { Item = n, Price = n.Length });
        var options = SampleUsers.Options();
        options.ItemAttributes = _ml.Data.LoadFromEnumerable(items);
        using var model = new SuperMoeEstimator(_ml.Environment(), options, new FakeEngine()).Fit(SampleUsers.KeyedView(_ml, 30));
        Assert.Equal(warnings, lines.Count);
        Assert.All(lines, l => Assert.Contains($"{unknown} of the {12 + unknown} rows", l, StringComparison.Ordinal));
    }

    [Fact]
    public void Log_counts_items_with_too_many_values_of_an_attribute()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Info) { lines.Add(e.Message); } };
        string[] many = [.. Enumerable.Range(0, 65).Select(i => $"t{i}")];
        var raw = _ml.Data.LoadFromEnumerable(SampleUsers.Names.Select((n, i) => new TagRow { Item = n, Tags = i < 2 ? many : many[1..] }));
        using var model = Fit(SampleUsers.KeyedView(_ml, 30), _ml.Transforms.Conversion.MapValueToKey("Tags").Fit(raw).Transform(raw));
        var line = Assert.Single(lines, l => l.Contains("ItemAttributes", StringComparison.Ordinal));
        Assert.Contains("2 items of ItemAttributes have more than 64 values in column 'Tags'", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_of_a_wrong_type_are_refused_by_name()
    {
        var raw = _ml.Data.LoadFromEnumerable(Rows());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(SampleUsers.KeyedView(_ml, 30), raw));
        Assert.Contains("'Brand'", error.Message, StringComparison.Ordinal);
        Assert.Contains("ItemAttributes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_of_wrong_types_are_refused_all_at_once_before_users_are_read()
    {
        var unread = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1).Select<int, UserRow>(_ => throw new InvalidOperationException("A user was read.")));
        var users = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(unread);
        var options = SampleUsers.Options();
        options.ItemAttributes = _ml.Data.LoadFromEnumerable([new WrongRow()]);
        var estimator = _ml.Transforms.SuperMoe(options);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(users));
        Assert.All(new[] { "'Item'", "'Brand'", "'Stock'" }, c => Assert.Contains(c, error.Message, StringComparison.Ordinal));
        error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(MLNetSchema.Shape(users.Schema)));
        Assert.All(new[] { "'Brand'", "'Stock'" }, c => Assert.Contains(c, error.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<ItemRow> Rows() =>
        SampleUsers.Names.Concat(["x", "y"]).Select((n, i) => new ItemRow { Item = n, Brand = $"b{i % 3}", Price = i });

    private IDataView Items()
    {
        var raw = _ml.Data.LoadFromEnumerable(Rows());
        return _ml.Transforms.Conversion.MapValueToKey("Brand").Fit(raw).Transform(raw);
    }

    private SuperMoeTransformer Fit(IDataView users, IDataView? items)
    {
        var options = SampleUsers.Options();
        options.Training.Seed = 3;
        options.ItemAttributes = items;
        return _ml.Transforms.SuperMoe(options).Fit(users);
    }

    private sealed class PriceRow
    {
        public string Item { get; set; } = "";

        public float Price { get; set; }
    }

    private sealed class WrongRow
    {
        public int Item { get; set; }

        public string Brand { get; set; } = "";

        public long Stock { get; set; }
    }

    private sealed class TagRow
    {
        public string Item { get; set; } = "";

        public string[] Tags { get; set; } = [];
    }

    private sealed class ItemRow
    {
        public string Item { get; set; } = "";

        public string Brand { get; set; } = "";

        public float Price { get; set; }
    }
}
