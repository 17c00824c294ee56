using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class GroupedFeedForwardTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(8, 2)]
    [InlineData(5, 3)]
    public void Apply_equals_the_loop_over_experts_in_value_and_gradient(int experts, int k)
    {
        using var scope = NewDisposeScope();
        const int T = 37, D = 8, H = 12;
        var chosen = TestDevice.Normal(7, T, experts).topk(k, 1).indexes;
        var incoming = TestDevice.Normal(8, T, D);
        Tensor[] leaves =
            [TestDevice.Normal(9, T, D), TestDevice.Normal(10, T, k).sigmoid(), TestDevice.Normal(11, experts, D, H), TestDevice.Normal(12, experts, H, D)];
        var (fast, fastGradients) = Run(GroupedFeedForward.Apply);
        var (plain, plainGradients) = Run(GroupedFeedForward.Reference);

        Assert.True(fast.allclose(plain, 1e-4, 1e-5));
        foreach (var (a, b) in fastGradients.Zip(plainGradients)) { Assert.True(a.allclose(b, 1e-3, 1e-4)); }

        (Tensor, IList<Tensor>) Run(Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> function)
        {
            var inputs = leaves.Select(l => l.detach().clone().requires_grad_()).ToArray();
            var y = function(inputs[0], chosen, inputs[1], inputs[2], inputs[3]);
            return (y, autograd.grad([y], inputs, [incoming]));
        }
    }

    [Fact]
    public void Apply_on_an_expert_without_tokens_gives_it_no_gradient()
    {
        using var scope = NewDisposeScope();
        var x = TestDevice.Normal(7, 6, 8);
        var w1 = TestDevice.Normal(8, 3, 8, 4).requires_grad_();
        var w2 = TestDevice.Normal(9, 3, 4, 8).requires_grad_();
        var chosen = TestDevice.Tensor(0, 2, 2, 0, 2, 0).reshape(6, 1);

        var y = GroupedFeedForward.Apply(x, chosen, ones([6, 1], device: TestDevice.Current), w1, w2);
        var gradients = autograd.grad([y], [w1, w2], [ones_like(y)]);

        Assert.Equal(0f, gradients[0][1].abs().max().item<float>());
        Assert.Equal(0f, gradients[1][1].abs().max().item<float>());
        Assert.NotEqual(0f, gradients[0][2].abs().max().item<float>());
    }
}
