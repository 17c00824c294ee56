using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class ExpertRoutingTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(700, 8, 1)]
    [InlineData(700, 8, 2)]
    [InlineData(33, 13, 5)]
    [InlineData(9, 4, 4)]
    public void Apply_equals_torch_in_value_and_gradient(int tokens, int experts, int k)
    {
        using var scope = NewDisposeScope();
        var bias = TestDevice.Normal(3, experts) * 0.1;
        var incoming = TestDevice.Normal(4, tokens, k);
        var (fast, fastGradient) = Run(ExpertRouting.Apply);
        var (plain, plainGradient) = Run(ExpertRouting.Reference);

        Assert.True(fast.Experts.equal(plain.Experts).all().item<bool>());
        Assert.True(fast.Probabilities.allclose(plain.Probabilities, 1e-5, 1e-7));
        Assert.True(fast.Gates.allclose(plain.Gates, 1e-5, 1e-6));
        Assert.True(fastGradient.allclose(plainGradient, 1e-4, 1e-6));

        ((Tensor Probabilities, Tensor Experts, Tensor Gates) Output, Tensor Gradient) Run(Func<Tensor, Tensor, int, (Tensor, Tensor, Tensor)> route)
        {
            var logits = (TestDevice.Normal(5, tokens, experts) * 3).requires_grad_();
            (Tensor Probabilities, Tensor Experts, Tensor Gates) output = route(logits, bias, k);
            return (output, autograd.grad([output.Gates], [logits], [incoming])[0]);
        }
    }

    [Fact]
    public void Apply_of_logits_that_are_not_numbers_still_names_experts()
    {
        using var scope = NewDisposeScope();
        var logits = full([3, 4], float.NaN, device: TestDevice.Current);
        var (_, experts, _) = ExpertRouting.Apply(logits, zeros(4, device: TestDevice.Current), 2);
        Assert.All(experts.cpu().data<long>().ToArray(), e => Assert.InRange(e, 0, 3));
    }
}
