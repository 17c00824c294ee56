using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class FusedAdamWTests
{
    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.1, 1.0)]
    [InlineData(0.1, 4.0)]
    public void Step_equals_the_plain_update(double decay, double scale)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var parameters = new[] { randn([5, 4], generator: generator), randn([7], generator: generator) };
        var expected = parameters.Select(p => (Parameter: p.clone(), Mean: zeros_like(p), Square: zeros_like(p))).ToArray();
        foreach (var p in parameters) { p.requires_grad_(); }
        using var optimizer = new FusedAdamW(parameters, decay);

        for (var step = 1; step <= 3; step++)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].grad = randn(parameters[i].shape, generator: generator);
                var e = expected[i];
                expected[i] = FusedAdamW.Reference(e.Parameter, parameters[i].grad! / scale, e.Mean, e.Square, step, 0.01, decay);
            }

            optimizer.Step(0.01, tensor((float)scale));

            for (var i = 0; i < parameters.Length; i++) { Assert.True(parameters[i].allclose(expected[i].Parameter, 1e-5, 1e-6)); }
        }
    }

    [Fact]
    public void GradientNorm_is_the_norm_of_all_gradients_together()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(5f, FusedAdamW.GradientNorm([tensor(new[] { 3f, 0f }), tensor(new[] { 4f })]).item<float>(), 1e-5);
        Assert.Equal(0f, FusedAdamW.GradientNorm([]).item<float>());
    }

    [Fact]
    public void Step_without_gradient_leaves_a_parameter_as_it_is()
    {
        using var scope = NewDisposeScope();
        var used = ones(3).requires_grad_();
        var unused = ones(3).requires_grad_();
        using var optimizer = new FusedAdamW([used, unused], 0.1);
        used.grad = ones(3);

        optimizer.Step(0.1, tensor(1f));

        Assert.Equal(1f, unused[0].item<float>());
        Assert.NotEqual(1f, used[0].item<float>());
    }
}
