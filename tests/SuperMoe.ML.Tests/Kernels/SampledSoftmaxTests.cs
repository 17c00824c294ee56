using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class SampledSoftmaxTests
{
    [Theory]
    [InlineData(5, 7, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(50, 60_000, 0)] // several chunks
    [InlineData(5, 7, 3)]
    [InlineData(1, 1, 1)]
    [InlineData(50, 60_000, 10_000)]
    public void Apply_equals_all_logits_at_once_in_value_and_gradient(int rows, int candidates, int leftOut)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        Tensor[] leaves = [TestDevice.Normal(12, rows, 4), TestDevice.Normal(13, rows, 4), TestDevice.Normal(14, candidates, 4)];
        var bias = TestDevice.Normal(15, candidates);
        var own = randint(candidates + 1, [rows], ScalarType.Int64, generator: generator);
        own[0] = candidates; // no candidate is the target
        own = own.to(TestDevice.Current);
        var weights = rand([rows], generator: generator).to(TestDevice.Current);
        var columns = randint(candidates + 1, [2, Math.Max(1, leftOut)], ScalarType.Int64, generator: generator).to(TestDevice.Current);
        var without = leftOut == 0 ? null : new LeftOut(randint(2, [rows], ScalarType.Int64, generator: generator).to(TestDevice.Current), columns);
        var (fast, fastGradients) = Run((x, t, c, b, o, k) => SampledSoftmax.Apply(x, t, c, b, o, k, without));
        var (plain, plainGradients) = Run((x, t, c, b, o, k) => SampledSoftmax.Reference(x, t, c, b, o, k, without));

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
