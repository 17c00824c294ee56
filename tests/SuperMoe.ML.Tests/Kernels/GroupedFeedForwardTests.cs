using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class GroupedFeedForwardTests
{
    /// <summary>T tokens, E experts, K experts a token, D model, H hidden units, and how tokens choose.</summary>
    public static TheoryData<int, int, int, int, int, string> Cases() => new()
    {
        { 37, 1, 1, 8, 12, "any" },
        { 37, 4, 1, 8, 12, "any" },
        { 37, 8, 2, 8, 12, "any" },
        { 37, 5, 3, 12, 8, "any" }, // rows of 12: no whole number of 16-byte blocks in bfloat16
        { 600, 4, 2, 16, 24, "even" }, // more than one part of the passes
        { 600, 4, 2, 16, 24, "skewed" },
        { 40, 6, 2, 16, 8, "empty" }, // experts 0 and 5 get nothing
        { 40, 6, 1, 16, 8, "one" }, // all to one expert
        { 1, 6, 2, 16, 8, "any" },
        { 1, 3, 1, 20, 8, "any" },
        { 300, 4, 1, 32, 32, "any" }, // tiles
        { 300, 4, 2, 64, 160, "skewed" },
        { 257, 6, 2, 32, 96, "empty" },
        { 257, 6, 1, 96, 64, "one" },
        { 400, 4, 2, 160, 160, "skewed" }, // panels and chunks that are not full
        { 2000, 5, 2, 64, 288, "any" }, // on several threads, with chunks of hidden units
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_equals_the_loop_over_experts_in_value_and_gradient(int tokens, int experts, int k, int size, int hidden, string choice)
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(tokens, experts, k, size, hidden);
        var chosen = Choose(tokens, experts, k, choice);
        var plain = Run(leaves, tokens, size, l => GroupedFeedForward.Reference(l[0], chosen, l[1], l[2], l[3]));
        Near(plain, Run(leaves, tokens, size, l => GroupedFeedForward.Apply(l[0], chosen, l[1], l[2], l[3])), 1e-4);
        Near(plain, Run(leaves, tokens, size, l => DeviceExperts.Apply(l[0], chosen, l[1], l[2], l[3], ScalarType.Float32)), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_in_bfloat16_is_near_the_loop_and_gives_float32(int tokens, int experts, int k, int size, int hidden, string choice)
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(tokens, experts, k, size, hidden);
        var chosen = Choose(tokens, experts, k, choice);
        var plain = Run(leaves, tokens, size, l => GroupedFeedForward.Reference(l[0], chosen, l[1], l[2], l[3]));
        var half = Run(leaves, tokens, size, l => GroupedFeedForward.Apply(l[0], chosen, l[1], l[2], l[3], ScalarType.BFloat16));

        Assert.All(half, t => Assert.Equal(ScalarType.Float32, t.dtype));
        Near(plain, half, 0.02); // 8 bits: 0.4% of each of some operands
        // It was computed in bfloat16, which CUDA's grouped product takes only in whole blocks of 16 bytes.
        if (!TestDevice.IsCuda || (size % 8 == 0 && hidden % 8 == 0)) { Assert.NotEqual(TestDevice.Read(plain[0]), TestDevice.Read(half[0])); }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Apply_on_an_expert_without_tokens_gives_it_no_gradient(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var x = TestDevice.Normal(7, 6, 8);
        var w1 = TestDevice.Normal(8, 3, 8, 4).requires_grad_();
        var w2 = TestDevice.Normal(9, 3, 4, 8).requires_grad_();
        var chosen = TestDevice.Tensor(0, 2, 2, 0, 2, 0).reshape(6, 1);

        var y = GroupedFeedForward.Apply(x, chosen, ones([6, 1], device: TestDevice.Current), w1, w2, compute);
        var gradients = autograd.grad([y], [w1, w2], [ones_like(y)]);

        Assert.Equal(0f, gradients[0][1].abs().max().item<float>());
        Assert.Equal(0f, gradients[1][1].abs().max().item<float>());
        Assert.NotEqual(0f, gradients[0][2].abs().max().item<float>());
    }

    [Theory]
    [InlineData(50, 4, 2, 8, 8, "any")]
    [InlineData(40, 6, 2, 16, 8, "empty")]
    [InlineData(40, 6, 1, 16, 8, "one")]
    [InlineData(1, 6, 2, 16, 8, "any")]
    [InlineData(100, 40, 2, 128, 256, "any")] // two groups of experts
    [InlineData(200, 3, 1, 48, 80, "any")] // whole vectors, of which the last tile is not full
    public void Apply_without_gradients_gives_the_same(int tokens, int experts, int k, int size, int hidden, string choice)
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(tokens, experts, k, size, hidden);
        var chosen = Choose(tokens, experts, k, choice);
        var expected = GroupedFeedForward.Apply(leaves[0], chosen, leaves[1], leaves[2], leaves[3]);
        using var noGrad = no_grad();
        var actual = GroupedFeedForward.Apply(leaves[0], chosen, leaves[1], leaves[2], leaves[3]);
        Assert.True(allclose(expected, actual, rtol: 1e-5, atol: 1e-5 * expected.abs().max().item<float>())); // sums in another order
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)] // whole vectors
    public void Apply_without_gradients_of_views_in_another_order_gives_the_same(int size)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var leaves = Leaves(50, 4, 2, size, size);
        var chosen = Choose(50, 4, 2, "any");
        var expected = GroupedFeedForward.Apply(leaves[0], chosen, leaves[1], leaves[2], leaves[3]);
        Tensor[] turned = [.. leaves.Select(l => l.transpose(0, 1).contiguous().transpose(0, 1))];
        var actual = GroupedFeedForward.Apply(turned[0], chosen.t().contiguous().t(), turned[1], turned[2], turned[3]);
        Assert.Equal(TestDevice.Read(expected), TestDevice.Read(actual));
    }

    [SkippableTheory]
    [InlineData(24)]
    [InlineData(32)] // whole vectors
    public void Apply_without_gradients_makes_no_managed_object_for_an_expert_or_a_token(int hidden)
    {
        Skip.IfNot(TestDevice.Current.type == TorchSharp.DeviceType.CPU);
        using var noGrad = no_grad();
        var (few, many) = (Bytes(20, 4), Bytes(600, 64));
        Assert.InRange(many, 1, 2000);
        Assert.InRange(many - few, -200, 200);

        // The least of several times: pools of other threads' tests may have been emptied in between.
        long Bytes(int tokens, int experts)
        {
            using var scope = NewDisposeScope();
            var leaves = Leaves(tokens, experts, 2, 16, hidden);
            var chosen = Choose(tokens, experts, 2, "any");
            var least = long.MaxValue;
            for (var i = 0; i < 20; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                GroupedFeedForward.Apply(leaves[0], chosen, leaves[1], leaves[2], leaves[3]).Dispose();
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            return least;
        }
    }

    [Fact]
    public void Apply_in_bfloat16_of_unaligned_sizes_and_skewed_choices_is_near_the_loop()
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(1200, 6, 1, 12, 12);
        var chosen = Choose(1200, 6, 1, "one");
        var plain = Run(leaves, 1200, 12, l => GroupedFeedForward.Reference(l[0], chosen, l[1], l[2], l[3]));
        var half = Run(leaves, 1200, 12, l => GroupedFeedForward.Apply(l[0], chosen, l[1], l[2], l[3], ScalarType.BFloat16));
        Near(plain, half, 0.02);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Apply_to_no_tokens_gives_none(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(0, 3, 2, 8, 8);
        var x = leaves[0].requires_grad_();
        var y = GroupedFeedForward.Apply(x, zeros([0, 2], ScalarType.Int64, TestDevice.Current), leaves[1], leaves[2], leaves[3], compute);
        y.sum().backward();

        Assert.Equal([0, 8], y.shape);
        Assert.Equal([0, 8], x.grad!.shape);
    }

    [Theory]
    [InlineData(20, 8, ScalarType.Float32)]
    [InlineData(20, 8, ScalarType.BFloat16)]
    [InlineData(300, 32, ScalarType.Float32)] // tiles
    [InlineData(300, 32, ScalarType.BFloat16)]
    public void A_token_that_is_not_a_number_stays_so_and_no_other_becomes_so(int tokens, int size, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var leaves = Leaves(tokens, 4, 2, size, size);
        leaves[0][3, 5] = float.NaN;
        var x = leaves[0].requires_grad_();
        var y = GroupedFeedForward.Apply(x, Choose(tokens, 4, 2, "any"), leaves[1], leaves[2], leaves[3], compute);
        var missing = y.isnan().cpu();

        Assert.True(missing[3].all().item<bool>());
        Assert.Equal(size, missing.sum().item<long>());
        Assert.Equal(size, autograd.grad([y], [x], [ones_like(y)])[0].isnan().sum().item<long>());
    }

    private static Tensor[] Leaves(int tokens, int experts, int k, int size, int hidden) =>
    [
        TestDevice.Normal(9, tokens, size), TestDevice.Normal(10, tokens, k).sigmoid(),
        TestDevice.Normal(11, experts, size, hidden), TestDevice.Normal(12, experts, hidden, size),
    ];

    private static Tensor Choose(int tokens, int experts, int k, string choice)
    {
        var liking = TestDevice.Normal(7, tokens, experts);
        long[] chosen = choice switch
        {
            "even" => [.. Enumerable.Range(0, tokens * k).Select(i => (long)(i % experts))],
            "skewed" => [.. Enumerable.Range(0, tokens * k).Select(i => i % k == 0 ? 2L : 3 * (i % 14 / 7))],
            "empty" => [.. Enumerable.Range(0, tokens * k).Select(i => 1L + (i % 4))],
            "one" => [.. Enumerable.Repeat(4L, tokens * k)],
            _ => liking.topk(k, 1).indexes.cpu().reshape(-1).data<long>().ToArray(),
        };
        return TestDevice.Tensor(chosen).view(tokens, k);
    }

    // The output and the gradients of x, gates, w1 and w2.
    private static Tensor[] Run(Tensor[] leaves, int tokens, int size, Func<Tensor[], Tensor> function)
    {
        Tensor[] inputs = [.. leaves.Select(l => l.detach().clone().requires_grad_())];
        var y = function(inputs);
        return [y, .. autograd.grad([y.to(ScalarType.Float32)], inputs, [TestDevice.Normal(8, tokens, size)])];
    }

    // Relative to the largest number of each.
    private static void Near(Tensor[] expected, Tensor[] actual, double tolerance)
    {
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.shape, a.shape);
            var difference = ((e - a).abs().max() / e.abs().max()).item<float>();
            Assert.True(difference <= tolerance, $"They differ by {difference} of the largest number.");
        }
    }
}
