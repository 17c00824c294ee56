using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

[Collection(nameof(Alone))]
public sealed class MeanBagTests
{
    private static readonly long[][] s_bags = [[2, 5], [], [1, 2, 2], [5], []]; // row 3 and 4 in none, row 2 twice in one

    [Fact]
    public void Apply_equals_a_mean_of_each_bag_in_value_and_gradient()
    {
        using var scope = NewDisposeScope();
        var weight = TestDevice.Normal(4, 5, 3);
        using var lists = Lists();
        var (fast, fastGradient) = Run(t => MeanBag.Apply(t, lists));
        var (plain, plainGradient) = Run(t => MeanBag.Reference(t, s_bags));

        Assert.True(fast.allclose(plain, 1e-6, 1e-6));
        Assert.True(fastGradient.allclose(plainGradient, 1e-6, 1e-6));

        (Tensor Value, Tensor Gradient) Run(Func<Tensor, Tensor> means)
        {
            using var generator = new Generator(9);
            var table = randn([6, 3], generator: generator).to(TestDevice.Current).requires_grad_();
            var value = means(table);
            (value * weight).sum().backward();
            return (value.detach(), table.grad!);
        }
    }

    [Fact]
    public void Apply_holds_on_to_nothing()
    {
        using var scope = NewDisposeScope();
        using var lists = Lists();
        var table = ones(6, 3).to(TestDevice.Current).requires_grad_();
        long after = 0;
        for (var i = 0; i < 50; i++)
        {
            using (NewDisposeScope()) { MeanBag.Apply(table, lists).sum().backward(); }
            if (i == 2) { after = Tensor.TotalCount; }
        }
        Assert.InRange(Tensor.TotalCount, 0, after + 5);
    }

    private static BagLists Lists()
    {
        var padded = zeros([s_bags.Length, 3], ScalarType.Int64);
        for (var b = 0; b < s_bags.Length; b++)
        {
            for (var a = 0; a < s_bags[b].Length; a++) { padded[b, a] = s_bags[b][a]; }
        }
        return new BagLists(padded.to(TestDevice.Current), 6);
    }
}
