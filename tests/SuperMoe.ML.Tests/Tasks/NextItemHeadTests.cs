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
        using var head = new NextItemHead(new NextItemTask(), Items);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (input, labels) = Batch();

        var loss = head.Loss(input, labels).item<float>();

        var expected = new[] { (0, 1L), (2, 5L), (3, 2L) }.Select(p => CrossEntropy(input.Events![p.Item1], p.Item2, AllItems))
            .Append(CrossEntropy(input.Embedding[1] + input.Indicator![1], 2, AllItems)).Average();
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Full_softmax_over_seen_items_leaves_out_the_others()
    {
        using var head = new NextItemHead(new NextItemTask(), Items);
        head.Prepare(_counts, onlySeen: true, TestDevice.Current);
        var (input, labels) = Batch();
        labels = labels with { Ends = null };

        var loss = head.Loss(input, labels).item<float>();

        long[] seen = [1, 2, 4, 5, 6];
        Assert.Equal(new[] { (0, 1L), (2, 5L), (3, 2L) }.Average(p => CrossEntropy(input.Events![p.Item1], p.Item2, seen)), loss, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Full_softmax_leaves_out_own_items_but_the_target(bool onlySeen)
    {
        using var head = new NextItemHead(new NextItemTask(), Items);
        head.Prepare(_counts, onlySeen, TestDevice.Current);
        var (input, labels) = Batch();

        var loss = head.Loss(input, labels with { Own = Own }).item<float>();

        long[] all = onlySeen ? [1, 2, 4, 5, 6] : AllItems;
        var expected = new[] { (0, 1L, 0), (2, 5L, 1), (3, 2L, 1) }
            .Select(p => CrossEntropy(input.Events![p.Item1], p.Item2, Counted(all, p.Item2, p.Item3)))
            .Append(CrossEntropy(input.Embedding[1] + input.Indicator![1], 2, Counted(all, 2, 1))).Average();
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Sampled_softmax_with_many_negatives_comes_near_the_full_one_where_own_items_are_left_out()
    {
        using var full = new NextItemHead(new NextItemTask(), Items);
        using var sampled = new NextItemHead(Sampled(200_000, inBatch: false), Items);
        full.Prepare(_counts, onlySeen: false, TestDevice.Current);
        sampled.Prepare(_counts, onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (input, labels) = Batch();
        var all = full.Loss(input, labels).item<float>();
        labels = labels with { Own = Own };

        var expected = full.Loss(input, labels);
        AssertNear(expected, sampled.Loss(input, labels with { Negatives = sampled.DrawNegatives(labels, random) }), input);
        Assert.True(expected.item<float>() < all - 0.1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sampled_softmax_equals_the_hand_computed_one_and_masks_accidental_hits(bool inBatch)
    {
        using var head = new NextItemHead(Sampled(4, inBatch), Items);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (input, labels) = Batch();
        long[] drawn = [5, 4, 5, 1];
        labels = labels with { Ends = null, Negatives = TestDevice.Tensor(drawn) };

        var loss = head.Loss(input, labels).item<float>();

        long[] negatives = inBatch ? [.. drawn, 1, 5, 2] : drawn;
        var weights = _counts.Select((c, i) => i == 0 ? 0 : Math.Pow(c + 1, 0.75)).ToArray();
        Assert.Equal(new[] { (0, 1L), (2, 5L), (3, 2L) }.Average(p => Loss(p.Item1, p.Item2)), loss, 1e-4);

        double Loss(int e, long target)
        {
            double Score(long item) => (input.Events![e] * _vectors[item]).sum().item<float>();
            double Expected(long item) => (4 * weights[item] / weights.Sum()) + (inBatch ? 3.0 * _counts[item] / _counts.Sum() : 0);
            var others = negatives.Where(n => n != target).Sum(n => Math.Exp(Score(n)) / Expected(n));
            return Math.Log(Math.Exp(Score(target)) + others) - Score(target);
        }
    }

    [Fact]
    public void Sampled_softmax_with_many_negatives_comes_near_the_full_one_in_value_and_gradient()
    {
        using var full = new NextItemHead(new NextItemTask(), Items);
        using var sampled = new NextItemHead(Sampled(200_000, inBatch: false), Items);
        full.Prepare(_counts, onlySeen: false, TestDevice.Current);
        sampled.Prepare(_counts, onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (input, labels) = Batch();

        AssertNear(full.Loss(input, labels), sampled.Loss(input, labels with { Negatives = sampled.DrawNegatives(labels, random) }), input);
    }

    [Theory]
    [InlineData(1)] // all but alone
    [InlineData(20_000)] // mixed
    public void Sampled_softmax_with_many_targets_as_negatives_comes_near_the_full_one_in_value_and_gradient(int negatives)
    {
        using var full = new NextItemHead(new NextItemTask(), Items);
        using var sampled = new NextItemHead(Sampled(negatives, inBatch: true), Items);
        int[] counts = [0, 40, 5, 7, 1, 10, 3]; // an item that is never a target would never be a negative
        full.Prepare(counts, onlySeen: false, TestDevice.Current);
        sampled.Prepare(counts, onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var targets = Enumerable.Range(1, Items).SelectMany(i => Enumerable.Repeat((long)i, counts[i] * 300)).ToArray(); // distributed as the counts
        var (input, _) = Batch();
        var labels = new TaskLabels(TestDevice.Tensor([.. targets.Select((_, i) => i % 4L)]), TestDevice.Tensor(targets));

        AssertNear(full.Loss(input, labels), sampled.Loss(input, labels with { Negatives = sampled.DrawNegatives(labels, random) }), input);
    }

    [Fact]
    public void Binary_cross_entropy_equals_the_hand_computed_one()
    {
        using var head = new NextItemHead(new NextItemTask { Loss = NextItemLoss.BinaryCrossEntropy, Negatives = 2 }, Items);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (input, labels) = Batch();
        labels = labels with { Negatives = TestDevice.Tensor(2, 3, 1, 1, 6, 5, 4, 3).view(4, 2) };

        var loss = head.Loss(input, labels);

        var end = input.Embedding[1] + input.Indicator![1];
        double Score(Tensor state, long item) => (state * _vectors[item]).sum().item<float>();
        double Loss(Tensor state, long target, params long[] negatives) =>
            Math.Log(1 + Math.Exp(-Score(state, target))) + negatives.Sum(n => Math.Log(1 + Math.Exp(Score(state, n))));
        var expected = (Loss(input.Events![0], 1, 2, 3) + Loss(input.Events[2], 5, 1, 1) + Loss(input.Events[3], 2, 6, 5) + Loss(end, 2, 4, 3)) / 4;
        Assert.Equal(expected, loss.item<float>(), 1e-4);
        var gradient = autograd.grad([loss], [_vectors])[0];
        Assert.Equal(0f, gradient[0].abs().sum().item<float>());
        Assert.All(Enumerable.Range(1, Items), i => Assert.True(gradient[i].abs().sum().item<float>() > 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Binary_negatives_are_evenly_all_items_but_the_target(bool onlySeen)
    {
        const int Each = 30_000;
        using var head = new NextItemHead(new NextItemTask { Loss = NextItemLoss.BinaryCrossEntropy, Negatives = Each }, Items);
        head.Prepare(_counts, onlySeen, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (_, labels) = Batch();

        var drawn = head.DrawNegatives(labels, random)!;

        Assert.Equal([4, Each], drawn.shape);
        long[] targets = [1, 5, 2, 2]; // the last is an end's
        for (var row = 0; row < 4; row++)
        {
            var counts = drawn[row].bincount(null, Items + 1).cpu().data<long>().ToArray();
            long[] others = [.. AllItems.Where(i => i != targets[row] && (!onlySeen || _counts[i] > 0))];
            Assert.Equal(Each, others.Sum(i => counts[i]));
            var mean = (double)Each / others.Length;
            var chi = others.Sum(i => Math.Pow(counts[i] - mean, 2) / mean);
            Assert.True(chi < 20, $"Chi-square is {chi:0.0} with {others.Length - 1} degrees of freedom.");
        }
    }

    [Fact]
    public void A_catalogue_of_one_item_has_a_finite_binary_loss()
    {
        using var head = new NextItemHead(new NextItemTask { Loss = NextItemLoss.BinaryCrossEntropy }, 1);
        head.Prepare([0, 3], onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (input, _) = Batch();
        var labels = new TaskLabels(TestDevice.Tensor(0, 1), TestDevice.Tensor(1, 1));
        Assert.True(float.IsFinite(head.Loss(input, labels with { Negatives = head.DrawNegatives(labels, random) }).item<float>()));
    }

    [Theory]
    [InlineData(NextItemLoss.Auto, 50_000, NextItemLoss.FullSoftmax, true, 2048)]
    [InlineData(NextItemLoss.Auto, 50_001, NextItemLoss.SampledSoftmax, false, 2048)]
    [InlineData(NextItemLoss.FullSoftmax, 60_000, NextItemLoss.FullSoftmax, true, 2048)]
    [InlineData(NextItemLoss.SampledSoftmax, 10, NextItemLoss.SampledSoftmax, false, 2048)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, 20_000, NextItemLoss.BinaryCrossEntropy, true, 1)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, 20_001, NextItemLoss.BinaryCrossEntropy, false, 1)]
    public void The_loss_decides_on_the_table_and_the_number_of_negatives(NextItemLoss asked, int items, NextItemLoss loss, bool whole, int negatives)
    {
        var task = new NextItemTask { Loss = asked };
        using var head = new NextItemHead(task, items);
        Assert.Equal((loss, negatives), (head.Kind, head.Negatives));
        Assert.Equal(whole, NextItemHead.UsesWholeTable(task, items));
        using var own = new NextItemHead(new NextItemTask { Loss = asked, Negatives = 7 }, items);
        Assert.Equal(7, own.Negatives);
    }

    private static NextItemTask Sampled(int negatives, bool inBatch) =>
        new() { Loss = NextItemLoss.SampledSoftmax, Negatives = negatives, InBatchNegatives = inBatch };

    private void AssertNear(Tensor expected, Tensor estimate, TaskInput input)
    {
        Assert.Equal(expected.item<float>(), estimate.item<float>(), 0.02);
        foreach (var (a, b) in Gradients(expected).Zip(Gradients(estimate)))
        {
            Assert.True(a.allclose(b, 0.05, 0.01), $"They differ by {(a - b).abs().max().item<float>()}.");
        }

        Tensor[] Gradients(Tensor loss) => [.. autograd.grad([loss], [_vectors, input.Events!], retain_graph: true)];
    }

    // Items 1 and 4 are the first user's; 2, 5 and 6 the second's, whose events have the last two targets and the end.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void History_weight_adds_the_mean_over_the_events_that_the_embedding_missed(bool own)
    {
        using var head = new NextItemHead(new NextItemTask { HistoryWeight = 0.4 }, Items);
        using var plain = new NextItemHead(new NextItemTask(), Items);
        head.Prepare(_counts, onlySeen: false, TestDevice.Current);
        plain.Prepare(_counts, onlySeen: false, TestDevice.Current);
        var (batch, labels) = Batch();
        labels = own ? labels with { Own = Own } : labels;
        // User 0 has one event, of item 4; user 1 three, the second without a known item. Of two users with room for three events each.
        var sequence = new SequenceInput
        {
            Users = 2,
            Events = 4,
            MaxLength = 3,
            Items = TestDevice.Tensor(4L, 2, 0, 6),
            Positions = TestDevice.Tensor(0L, 2, 1, 0),
            Unpad = TestDevice.Tensor(0L, 3, 4, 5),
        };

        var loss = head.Loss(With(1, 1, 0, 0, 1, 1), labels).item<float>(); // missed: item 4, padding, the unknown one and item 6
        var terms = new[] { (0, 4L), (1, 6L) }.Select(p => CrossEntropy(batch.Embedding[p.Item1], p.Item2, own ? Counted(AllItems, p.Item2, p.Item1) : AllItems));
        Assert.Equal(plain.Loss(batch, labels).item<float>() + (0.4 * terms.Average()), loss, 1e-4);

        Assert.Equal(plain.Loss(batch, labels).item<float>(), head.Loss(With(0, 1, 1, 0, 1, 0), labels).item<float>(), 1e-5); // nothing that it could tell
        Assert.Equal(plain.Loss(batch, labels).item<float>(), head.Loss(batch, labels).item<float>(), 1e-5); // missed nothing

        TaskInput With(params float[] hidden) => new()
        {
            Events = batch.Events,
            Embedding = batch.Embedding,
            Indicator = batch.Indicator,
            Items = _items,
            Sequence = sequence,
            Hidden = TestDevice.Tensor(hidden, 6),
        };
    }

    [Fact]
    public void History_by_many_sampled_negatives_comes_near_the_full_one()
    {
        using var full = new NextItemHead(new NextItemTask { HistoryWeight = 2 }, Items);
        using var sampled = new NextItemHead(new NextItemTask { HistoryWeight = 2, Loss = NextItemLoss.SampledSoftmax, Negatives = 200_000, InBatchNegatives = false }, Items);
        full.Prepare(_counts, onlySeen: false, TestDevice.Current);
        sampled.Prepare(_counts, onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(5, TestDevice.Current);
        var (batch, labels) = Batch();
        var input = new TaskInput
        {
            Events = batch.Events,
            Embedding = batch.Embedding,
            Indicator = batch.Indicator,
            Items = _items,
            Sequence = new SequenceInput { Users = 2, Events = 4, MaxLength = 2, Items = TestDevice.Tensor(4L, 2, 1, 6), Positions = TestDevice.Tensor(1L, 0, 1, 0) },
            Hidden = TestDevice.Tensor([1f, 0, 1, 1], 4),
        };

        AssertNear(full.Loss(input, labels), sampled.Loss(input, labels with { Negatives = sampled.DrawNegatives(labels, random) }), input);
    }

    private static (Tensor Items, Tensor Lists) Own => (TestDevice.Tensor(1, 4, 1, 5, 2, 6).view(2, 3), TestDevice.Tensor(0, 1, 1, 1));

    private static long[] Counted(long[] all, long target, int user)
    {
        long[] own = user == 0 ? [1, 4] : [2, 5, 6];
        return [.. all.Where(i => i == target || !own.Contains(i))];
    }

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
