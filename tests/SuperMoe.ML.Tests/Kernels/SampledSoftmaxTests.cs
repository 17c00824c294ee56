using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class SampledSoftmaxTests
{
    [Theory]
    [InlineData(5, 7)]
    [InlineData(1, 1)]
    [InlineData(50, 60_000)] // several chunks
    public void Apply_equals_all_logits_at_once_in_value_and_gradient(int rows, int candidates)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        Tensor[] leaves = [TestDevice.Normal(12, rows, 4), TestDevice.Normal(13, rows, 4), TestDevice.Normal(14, candidates, 4)];
        var bias = TestDevice.Normal(15, candidates);
        var own = randint(candidates + 1, [rows], ScalarType.Int64, generator: generator);
        own[0] = candidates; // no candidate is the target
        own = own.to(TestDevice.Current);
        var weights = rand([rows], generator: generator).to(TestDevice.Current);
        var (fast, fastGradients) = Run(SampledSoftmax.Apply);
        var (plain, plainGradients) = Run(SampledSoftmax.Reference);

        Assert.Equal(plain, fast, 1e-3);
        foreach (var (a, b) in fastGradients.Zip(plainGradients)) { Assert.True(a.allclose(b, 1e-3, 1e-4)); }

        (float, IList<Tensor>) Run(Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> function)
        {
            var inputs = leaves.Select(l => l.detach().clone().requires_grad_()).ToArray();
            var loss = function(inputs[0], inputs[1], inputs[2], bias, own, weights);
            return (loss.item<float>(), autograd.grad([loss * 3], inputs));
        }
    }
}
