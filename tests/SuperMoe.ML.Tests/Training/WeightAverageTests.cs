using SuperMoe.ML.Model;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class WeightAverageTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Dense _module;

    public WeightAverageTests()
    {
        using var generator = new Generator(3);
        _module = new Dense(3, 2, generator);
        _module.to(TestDevice.Current);
    }

    private Tensor Weight => _module.parameters().First();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Swap_after_updates_gives_the_exponential_average_and_back_the_weights()
    {
        using var average = new WeightAverage(_module, 0.5);
        var expected = Weight.detach().clone();
        for (var step = 1; step <= 20; step++)
        {
            Move(step);
            average.Update();
            var kept = Math.Min(0.5, (1.0 + step) / (10.0 + step));
            expected = expected * kept + Weight.detach() * (1 - kept);
        }
        var last = Weight.detach().clone();

        average.Swap();
        Assert.True(Weight.allclose(expected, 1e-5, 1e-6));
        Assert.False(Weight.allclose(last, 1e-3, 1e-3));

        average.Swap();
        Assert.True(Weight.equal(last).all().item<bool>());
    }

    [Fact]
    public void Without_averaging_the_last_weights_stay()
    {
        using var average = new WeightAverage(_module, 0);
        Move(1);
        var last = Weight.detach().clone();
        average.Update();
        average.Swap();
        Assert.True(Weight.equal(last).all().item<bool>());
    }

    private void Move(int step)
    {
        using var noGrad = no_grad();
        Weight.add_(step);
    }
}
