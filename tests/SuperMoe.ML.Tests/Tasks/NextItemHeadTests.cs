using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks;

public sealed class NextItemHeadTests : IDisposable
{
    private const int Items = 6;
    private const int Size = 8;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ItemEncoder _items;
    private readonly Tensor _vectors;
    private readonly int[] _counts = [0, 40, 5, 0, 1, 10, 3];

    public NextItemHeadTests()
    {
        using var generator = new Generator(2);
        _items = new ItemEncoder(
            new ModelShape(Items, [], 0, HasTime: false, 0, 1, [], 0), new SuperMoeModelOptions { HiddenSize = Size }, updatesRows: false, default, generator);
        _items.to(TestDevice.Current);
        _vectors = _items.state_dict()["ids.weight"];
        using var noGrad = no_grad();
        _vectors.copy_(TestDevice.Normal(3, Items + 1, Size) * 0.7);
    }

    public void Dispose()
    {
        _items.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Full_softmax_is_the_mean_over_events_and_ends_without_the_missing_item()
    {
        using var head = new NextItemHead(new NextItemTask(), Items, sampled: false);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (input, labels) = Batch();

        var loss = head.Loss(input, labels).item<float>();

        var expected = new[] { (0, 1L), (2, 5L), (3, 2L) }.Select(p => CrossEntropy(input.Events![p.Item1], p.Item2, AllItems))
            .Append(CrossEntropy(input.Embedding[1] + input.Indicator[1], 2, AllItems)).Average();
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Full_softmax_over_seen_items_leaves_out_the_others()
    {
        using var head = new NextItemHead(new NextItemTask(), Items, sampled: false);
        head.Prepare(_counts, onlySeen: true, TestDevice.Current);
        var (input, labels) = Batch();
        labels = labels with { Ends = null };

        var loss = head.Loss(input, labels).item<float>();

        long[] seen = [1, 2, 4, 5, 6];
        Assert.Equal(new[] { (0, 1L), (2, 5L), (3, 2L) }.Average(p => CrossEntropy(input.Events![p.Item1], p.Item2, seen)), loss, 1e-4);
    }

    [Fact]
    public void Sampled_softmax_equals_the_hand_computed_one_and_masks_accidental_hits()
    {
        using var head = new NextItemHead(new NextItemTask { Negatives = 4 }, Items, sampled: true);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (input, labels) = Batch();
        long[] negatives = [5, 4, 5, 1];
        labels = labels with { Ends = null, Negatives = TestDevice.Tensor(negatives) };

        var loss = head.Loss(input, labels).item<float>();

        var weights = _counts.Select((c, i) => i == 0 ? 0 : Math.Pow(c + 1, 0.75)).ToArray();
        Assert.Equal(new[] { (0, 1L), (2, 5L), (3, 2L) }.Average(p => Loss(p.Item1, p.Item2)), loss, 1e-4);

        double Loss(int e, long target)
        {
            double Score(long item) => (input.Events![e] * _vectors[item]).sum().item<float>();
            var others = negatives.Where(n => n != target).Sum(n => Math.Exp(Score(n)) / (4 * weights[n] / weights.Sum()));
            return Math.Log(Math.Exp(Score(target)) + others) - Score(target);
        }
    }

    [Fact]
    public void Sampled_softmax_with_many_negatives_comes_near_the_full_one_in_value_and_gradient()
    {
        using var full = new NextItemHead(new NextItemTask(), Items, sampled: false);
        using var sampled = new NextItemHead(new NextItemTask { Negatives = 200_000 }, Items, sampled: true);
        full.Prepare(_counts, onlySeen: false, TestDevice.Current);
        sampled.Prepare(_counts, onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (input, labels) = Batch();

        var expected = full.Loss(input, labels);
        var estimate = sampled.Loss(input, labels with { Negatives = sampled.DrawNegatives(random) });

        Assert.Equal(expected.item<float>(), estimate.item<float>(), 0.02);
        foreach (var (a, b) in Gradients(expected).Zip(Gradients(estimate)))
        {
            Assert.True(a.allclose(b, 0.05, 0.01), $"They differ by {(a - b).abs().max().item<float>()}.");
        }

        Tensor[] Gradients(Tensor loss) => [.. autograd.grad([loss], [_vectors, input.Events!, input.Embedding], retain_graph: true)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Negatives_are_drawn_in_proportion_to_the_smoothed_counts(bool onlySeen)
    {
        using var head = new NextItemHead(new NextItemTask { Negatives = 50_000 }, Items, sampled: true);
        head.Prepare(_counts, onlySeen, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);

        var drawn = head.DrawNegatives(random)!.bincount(null, Items + 1).cpu().data<long>().ToArray();

        var weights = _counts.Select((c, i) => i == 0 || (onlySeen && c == 0) ? 0 : Math.Pow(c + 1, 0.75)).ToArray();
        for (var item = 0; item <= Items; item++) { Assert.Equal(weights[item] / weights.Sum(), drawn[item] / 50_000.0, 0.01); }
    }

    [Theory]
    [InlineData(NextItemLoss.Auto, 50_000, false)]
    [InlineData(NextItemLoss.Auto, 50_001, true)]
    [InlineData(NextItemLoss.FullSoftmax, 60_000, false)]
    [InlineData(NextItemLoss.SampledSoftmax, 10, true)]
    public void Samples_only_where_asked_or_with_a_large_catalogue(NextItemLoss loss, int items, bool expected) =>
        Assert.Equal(expected, NextItemHead.Samples(new NextItemTask { Loss = loss }, items));

    private static long[] AllItems => [.. Enumerable.Range(1, Items).Select(i => (long)i)];

    // Four events; those at 0, 2 and 3 have targets 1, 5 and 2; the last is also the end of user 1.
    private (TaskInput Input, TaskLabels Labels) Batch() => (
        new TaskInput
        {
            Events = TestDevice.Normal(4, 4, Size).requires_grad_(),
            Embedding = TestDevice.Normal(5, 2, Size).requires_grad_(),
            Indicator = TestDevice.Normal(6, 2, Size),
            Items = _items,
        },
        new TaskLabels(TestDevice.Tensor(0, 2, 3), TestDevice.Tensor(1, 5, 2)) { Ends = (TestDevice.Tensor(1L), TestDevice.Tensor(2L)) });

    private double CrossEntropy(Tensor state, long target, long[] among)
    {
        double Score(long item) => (state * _vectors[item]).sum().item<float>();
        return Math.Log(among.Sum(i => Math.Exp(Score(i)))) - Score(target);
    }
}
