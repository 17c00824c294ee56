using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Wide;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class WidePartTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 })] // of unequal lengths, the first without events
    [InlineData(new[] { 3, 0, 1 })]
    [InlineData(new[] { 2, 3 })] // of equal lengths: no padding
    [InlineData(new[] { 0 })]
    public void Outputs_are_sums_of_weights_whatever_the_batch(int[] users)
    {
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(9, [new KeyField("K", 2)], [], HasTime: false, 0),
            Offsets = [0, 0, 1, 4, 7],
            Items = [1, 2, 1, 2, 2, 9, 1],
            KeyFields = [[1, 2, 2, 1, 0, 0, 0]],
        };
        int[] candidates = [2, 0, 1, 7];
        var attributes = new ItemValues([0, 0, 1, 3, 3, 3, 3, 3, 4, 4, 4], [10, 10, 11, 11]); // of item 1 the first value, of 2 both, of 7 the second
        var events = new WideEvents(data.Items, data.KeyFields, attributes);
        WideRow[] rows = [.. Enumerable.Range(0, 4).Select(u => new WideRow(data.Offsets[u], data.Offsets[u + 1], candidates[u]))];
        var bag = new ItemBag([1, 2, 10, 11]);
        var shares = FieldShares.Of([2], events, rows);
        var features = new WideFeatures(bag, shares, 2, WideFeatures.SharesOfItems(bag, shares, events, rows, new bool[events.Items.Length]));
        var size = new WideSize(4, [2], Candidate: true, Outputs: 3);
        var random = new Random(1);
        double[] weights = [.. Enumerable.Range(0, (features.Columns + 1) * 3).Select(_ => random.NextDouble())];
        using var part = new WidePart(size, features, weights, () => attributes);
        part.to(TestDevice.Current);
        var input = new BatchBuilder(data, 5, TestDevice.Current).Build(users, [.. users.Select(data.Length)]);

        var outputs = TestDevice.Read(part.Outputs(input, TestDevice.Tensor([.. users.Select(u => (long)candidates[u])])));

        var (columns, values) = (new int[30], new float[30]);
        for (var b = 0; b < users.Length; b++)
        {
            var count = features.Write(events, rows[users[b]], columns, values);
            for (var o = 0; o < 3; o++)
            {
                var expected = weights[(features.Columns * 3) + o];
                for (var i = 0; i < count; i++) { expected += values[i] * weights[(columns[i] * 3) + o]; }
                Assert.Equal(expected, outputs[(b * 3) + o], 1e-4);
            }
        }
    }

    [Fact]
    public void A_new_part_leaves_the_network_alone_until_it_is_weighed()
    {
        using var part = new WidePart(new WideSize(1, [], Candidate: false, Outputs: 2), () => ItemValues.None);
        part.to(TestDevice.Current);
        var (wide, network) = (TestDevice.Tensor([1f, 2f], 1, 2), TestDevice.Tensor([3f, 5f], 1, 2));

        Assert.Equal([3f, 5f], TestDevice.Read(part.Blend(wide, network)));
        part.Share((2, 0.5));
        Assert.Equal([3.5f, 6.5f], TestDevice.Read(part.Blend(wide, network)));
    }
}
