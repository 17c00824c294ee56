using SuperMoe.ML.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

public sealed class ItemEncoderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Lookup_adds_the_mean_of_attribute_values_and_the_map_of_numbers_to_the_id()
    {
        using var items = WithAttributes(out var weights);
        var value = weights["attributes.table0.weight"];
        var numbers = weights["attributes.numbers.weight"];

        var found = items.Lookup(TestDevice.Tensor(1, 2, 3, 0));

        Assert.True(found[0].allclose(weights["ids.weight"][1] + (value[2] + value[3]) / 2 + numbers.select(1, 0) * 0.5, 1e-5, 1e-6));
        Assert.True(found[1].allclose(value[1] + numbers.select(1, 0) * -1, 1e-5, 1e-6)); // training never saw it
        Assert.True(found[2].allclose(weights["ids.weight"][3], 1e-5, 1e-6)); // has no attributes
        Assert.Equal(0f, found[3].abs().sum().item<float>());
    }

    [Fact]
    public void All_equals_Lookup_of_every_id()
    {
        using var items = WithAttributes(out _);
        Assert.True(items.All().allclose(items.Lookup(arange(4, device: TestDevice.Current)), 1e-6, 1e-7));
    }

    [Fact]
    public void Lookup_of_vectors_that_are_computed_already_gives_the_same_values_and_gradients()
    {
        using var items = WithAttributes(out var weights);
        var ids = TestDevice.Tensor(1, 3, 3, 2, 0);
        var factors = TestDevice.Normal(3, 5, items.All().shape[1]);
        var leaves = weights.Values.Where(w => w.requires_grad).ToArray();

        var expected = autograd.grad([(items.Lookup(ids) * factors).sum()], leaves);
        var found = autograd.grad([(items.Lookup(ids, null, items.All()) * factors).sum()], leaves);

        Assert.True(items.Lookup(ids, null, items.All()).allclose(items.Lookup(ids), 1e-6, 1e-7));
        for (var i = 0; i < leaves.Length; i++) { Assert.True(found[i].allclose(expected[i], 1e-5, 1e-6), $"The gradient of weight {i} differs."); }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lookup_with_random_drops_some_ids_and_never_attributes(bool computed)
    {
        using var items = WithAttributes(out var weights);
        using var random = new RandomSource(3, TestDevice.Current);
        var withId = items.Lookup(TestDevice.Tensor(1))[0];
        var found = items.Lookup(ones([500], ScalarType.Int64, TestDevice.Current), random, computed ? items.All() : null);

        var whole = found.sub(withId).abs().sum(1).lt(1e-5).sum().item<long>();
        var dropped = found.sub(withId - weights["ids.weight"][1]).abs().sum(1).lt(1e-5).sum().item<long>();

        Assert.Equal(500, whole + dropped);
        Assert.InRange(dropped, 20, 90); // one of ten
    }

    [Fact]
    public void CheckAttributes_refuses_values_that_a_field_does_not_have()
    {
        using var items = WithAttributes(out var weights);
        using (no_grad()) { weights["attributes.values0"][1, 0] = 4; }
        var e = Assert.Throws<InvalidDataException>(() => items.CheckAttributes(Shape));
        Assert.Contains("allowed is 0 to 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_numbered_behind_the_items_attribute_after_attribute()
    {
        using var generator = new Generator(9);
        var shape = Shape with { AttributeFields = [(3, 2), (4, 1)] };
        using var items = new ItemEncoder(shape, new SuperMoeModelOptions { HiddenSize = 8 }, updatesRows: false, default, generator);
        items.SetAttributes(
            [tensor(new long[] { 0, 0, 2, 3, 1, 0, 0, 0 }, [4, 2]), tensor(new long[] { 0, 4, 0, 1 }, [4, 1])], tensor(new[] { 0f, 0.5f, -1, 0 }, [4, 1]), ones([4, 1]));
        items.to(TestDevice.Current);

        int[][] values = [.. Enumerable.Range(0, 4).Select(i => items.Values.Of(i).ToArray())];

        Assert.Equal([[], [3 + 2, 3 + 3, 3 + 3 + 4], [3 + 1], [3 + 3 + 1]], values);
    }

    [Fact]
    public void Items_without_attributes_have_no_values()
    {
        using var generator = new Generator(9);
        using var items = new ItemEncoder(Shape with { AttributeFields = [], AttributeNumberCount = 0 }, new SuperMoeModelOptions { HiddenSize = 8 }, updatesRows: false, default, generator);
        Assert.Empty(items.Values.Of(1).ToArray());
    }

    private static ModelShape Shape => new(3, [], 0, HasTime: false, 0, 1, [(3, 2)], 1);

    private static ItemEncoder WithAttributes(out Dictionary<string, Tensor> weights)
    {
        using var generator = new Generator(9);
        var items = new ItemEncoder(Shape, new SuperMoeModelOptions { HiddenSize = 8 }, updatesRows: false, default, generator);
        items.SetAttributes(
            [tensor(new long[] { 0, 0, 2, 3, 1, 0, 0, 0 }, [4, 2])], tensor(new[] { 0f, 0.5f, -1, 0 }, [4, 1]), tensor(new[] { 1f, 1, 0, 1 }, [4, 1]));
        items.to(TestDevice.Current);
        weights = items.state_dict();
        return items;
    }
}
