using SuperMoe.ML.Data;
using SuperMoe.ML.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Persistence;

public sealed class ItemAttributesTensorsTests : IDisposable
{
    private const int Items = 3;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Attributes_come_back_the_same_through_a_file(int numbers)
    {
        var attributes = Attributes(numbers);
        var file = SafetensorsFiles.Write(ItemAttributesTensors.ToTensors(attributes));
        var document = ItemAttributesTensors.Describe(attributes);
        var tensors = ItemAttributesTensors.Allocate(document, Items);
        SafetensorsFiles.ReadInto(file, tensors);
        Assert.Equivalent(attributes, ItemAttributesTensors.FromTensors(document, tensors), strict: true);
    }

    [Fact]
    public void Tensors_have_the_documented_names_and_shapes()
    {
        var tensors = ItemAttributesTensors.ToTensors(Attributes(2));
        Assert.Equal(
            ["attributes.Brand.offsets Int32 5", "attributes.Brand.values Int32 4", "attributes.None.offsets Int32 5", "attributes.None.values Int32 0",
                "attributes.numbers Float32 4x2"],
            tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key} {t.Value.dtype} {string.Join('x', t.Value.shape)}"));
    }

    [Theory]
    [InlineData("attributes.Brand.offsets", 0, 1)]
    [InlineData("attributes.Brand.offsets", 1, 1)]
    [InlineData("attributes.Brand.offsets", 3, -7)]
    [InlineData("attributes.Brand.offsets", 3, 9)]
    [InlineData("attributes.Brand.offsets", 4, 3)]
    [InlineData("attributes.Brand.values", 2, 0)]
    [InlineData("attributes.Brand.values", 2, 8)]
    public void Values_that_would_lead_outside_are_refused(string name, int index, int value)
    {
        var attributes = Attributes(1);
        var tensors = ItemAttributesTensors.ToTensors(attributes);
        tensors[name][index] = value;
        var e = Assert.Throws<InvalidDataException>(() => ItemAttributesTensors.FromTensors(ItemAttributesTensors.Describe(attributes), tensors));
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_refused()
    {
        var attributes = Attributes(1);
        var tensors = ItemAttributesTensors.ToTensors(attributes);
        tensors["attributes.numbers"][2, 0] = float.NaN;
        var e = Assert.Throws<InvalidDataException>(() => ItemAttributesTensors.FromTensors(ItemAttributesTensors.Describe(attributes), tensors));
        Assert.Contains("attributes.numbers", e.Message, StringComparison.Ordinal);
    }

    private static ItemAttributes Attributes(int numbers) => new()
    {
        KeyFields = [new KeyField("Brand", 7), new KeyField("None", 2)],
        Offsets = [[0, 0, 1, 1, 4], [0, 0, 0, 0, 0]],
        Values = [[7, 1, 2, 3], []],
        NumberCount = numbers,
        Numbers = [.. Enumerable.Range(0, (Items + 1) * numbers).Select(i => i / 3f)],
    };
}
