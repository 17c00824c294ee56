using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class BestEpochTests
{
    [Theory]
    [InlineData(new[] { 0.1, 0.5, 0.3 }, 2, 2)]
    [InlineData(new[] { 0.5, 0.5 }, 1, 1)]
    [InlineData(new[] { double.NaN, double.NaN }, 2, 2)] // no validation: the last, and nothing to put back
    [InlineData(new[] { double.NaN, 0.2, 0.1 }, 2, 2)]
    [InlineData(new[] { 0.2, double.NaN }, 1, 1)] // broken weights are not better than good ones
    [InlineData(new[] { double.NegativeInfinity, double.NegativeInfinity }, 1, 1)]
    [InlineData(new[] { double.NegativeInfinity, -3 }, 2, 2)]
    public void Restore_puts_the_weights_of_the_best_epoch_back(double[] scores, int best, float weight)
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(1, 1);
        using var keeper = new BestEpoch(module);
        using var noGrad = no_grad();
        for (var epoch = 1; epoch <= scores.Length; epoch++)
        {
            module.weight.fill_(epoch);
            keeper.Consider(epoch, scores[epoch - 1]);
        }

        keeper.Restore();

        Assert.Equal(best, keeper.Epoch);
        Assert.Equal(weight, module.weight.item<float>());
    }
}
