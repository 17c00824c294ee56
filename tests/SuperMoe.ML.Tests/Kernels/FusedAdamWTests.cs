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
        var parameters = new[] { TestDevice.Normal(3, 5, 4), TestDevice.Normal(4, 7) };
        var expected = parameters.Select(p => (Parameter: p.clone(), Mean: zeros_like(p), Square: zeros_like(p))).ToArray();
        foreach (var p in parameters) { p.requires_grad_(); }
        using var optimizer = new FusedAdamW(parameters, decay);

        for (var step = 1; step <= 3; step++)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].grad = TestDevice.Normal((10 * step) + i, parameters[i].shape);
                var e = expected[i];
                expected[i] = FusedAdamW.Reference(e.Parameter, parameters[i].grad! / scale, e.Mean, e.Square, step, 0.01, decay);
            }

            optimizer.Step(0.01, tensor((float)scale, device: TestDevice.Current));

            for (var i = 0; i < parameters.Length; i++) { Assert.True(parameters[i].allclose(expected[i].Parameter, 1e-5, 1e-6)); }
        }
    }

    [Fact]
    public void GradientNorm_is_the_norm_of_all_gradients_together()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(5f, FusedAdamW.GradientNorm([TestDevice.Tensor([3f, 0f]), TestDevice.Tensor([4f])]).item<float>(), 1e-5);
        Assert.Equal(0f, FusedAdamW.GradientNorm([]).item<float>());
    }

    [Fact]
    public void Step_without_gradient_leaves_a_parameter_as_it_is()
    {
        using var scope = NewDisposeScope();
        var used = ones(3, device: TestDevice.Current).requires_grad_();
        var unused = ones(3, device: TestDevice.Current).requires_grad_();
        using var optimizer = new FusedAdamW([used, unused], 0.1);
        used.grad = ones(3, device: TestDevice.Current);

        optimizer.Step(0.1, tensor(1f, device: TestDevice.Current));

        Assert.Equal(1f, unused[0].item<float>());
        Assert.NotEqual(1f, used[0].item<float>());
    }
}
