using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class FusedAdamWTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1e6)]
    public void Step_equals_the_plain_update_with_clipping_and_decay(double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var parameters = new[] { randn([5, 4], generator: generator), randn([7], generator: generator) };
        double[] decays = [0.1, 0.0];
        var expected = parameters.Select(p => (Parameter: p.clone(), Mean: zeros_like(p), Square: zeros_like(p))).ToArray();
        foreach (var p in parameters) { p.requires_grad_(); }
        using var optimizer = new FusedAdamW([parameters[0]], [parameters[1]], 0.1);

        for (var step = 1; step <= 3; step++)
        {
            var gradients = parameters.Select(p => randn(p.shape, generator: generator)).ToArray();
            var norm = Math.Sqrt(gradients.Sum(g => g.square().sum().item<float>()));
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].grad = gradients[i].clone();
                var e = expected[i];
                var clip = maxNorm > 0 ? Math.Min(1, maxNorm / norm) : 1;
                expected[i] = FusedAdamW.Reference(e.Parameter, gradients[i], e.Mean, e.Square, step, 0.01, decays[i], clip);
            }

            Assert.Equal(norm, optimizer.Step(0.01, maxNorm).item<float>(), 1e-4);

            for (var i = 0; i < parameters.Length; i++) { Assert.True(parameters[i].allclose(expected[i].Parameter, 1e-5, 1e-6)); }
        }
    }

    [Fact]
    public void Step_without_gradient_leaves_a_parameter_as_it_is()
    {
        using var scope = NewDisposeScope();
        var used = ones(3).requires_grad_();
        var unused = ones(3).requires_grad_();
        using var optimizer = new FusedAdamW([used, unused], [], 0.1);
        used.grad = ones(3);

        optimizer.Step(0.1, 0);

        Assert.Equal(1f, unused[0].item<float>());
        Assert.NotEqual(1f, used[0].item<float>());
    }
}
