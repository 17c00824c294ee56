using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks;

public sealed class NegativeSamplerTests : IDisposable
{
    private const int Items = 400;
    private const int Draws = 400_000;

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Items_are_drawn_in_proportion_to_their_smoothed_counts(bool onlySeen)
    {
        var counts = Counts();
        using var sampler = new NegativeSampler(counts, onlySeen, TestDevice.Current);
        using var random = new RandomSource(7, TestDevice.Current);

        var drawn = sampler.Draw(Draws, random).bincount(null, Items + 1).cpu().data<long>().ToArray();

        var weights = counts.Select((c, i) => i == 0 || (onlySeen && c == 0) ? 0 : Math.Pow(c + 1, 0.75)).ToArray();
        var (chi, cells) = (0.0, 0);
        for (var i = 0; i <= Items; i++)
        {
            var expected = weights[i] / weights.Sum() * Draws;
            if (expected == 0) { Assert.Equal(0, drawn[i]); }
            else
            {
                chi += Math.Pow(drawn[i] - expected, 2) / expected;
                cells++;
            }
        }
        Assert.InRange(cells, 300, Items);
        // Chi-square of k - 1 degrees of freedom is about normal: mean k - 1, variance 2 (k - 1).
        Assert.True(Math.Abs(chi - (cells - 1)) < 4 * Math.Sqrt(2.0 * (cells - 1)), $"Chi-square is {chi:0} with {cells - 1} degrees of freedom.");
    }

    [Fact]
    public void LogExpected_is_the_log_of_expected_draws_and_targets()
    {
        var counts = Counts();
        using var sampler = new NegativeSampler(counts, onlySeen: false, TestDevice.Current);
        long[] items = [1, 2, 17, Items];

        var expected = sampler.LogExpected(TestDevice.Tensor(items), 50, 30).cpu().data<double>().ToArray();

        var weights = counts.Select((c, i) => i == 0 ? 0 : Math.Pow(c + 1, 0.75)).ToArray();
        double events = counts.Skip(1).Sum();
        for (var i = 0; i < items.Length; i++)
        {
            Assert.Equal(Math.Log((50 * weights[items[i]] / weights.Sum()) + (30 * counts[items[i]] / events)), expected[i], 1e-9);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 5)]
    public void Catalogues_of_one_class_are_drawn_from_evenly(int items, int count)
    {
        using var sampler = new NegativeSampler([9, .. Enumerable.Repeat(count, items)], onlySeen: false, TestDevice.Current);
        using var random = new RandomSource(7, TestDevice.Current);
        var drawn = sampler.Draw(3000, random).bincount(null, items + 1).cpu().data<long>().ToArray();
        Assert.Equal(0, drawn[0]);
        Assert.All(drawn.Skip(1), n => Assert.InRange(n, 3000 / items * 0.9, 3000 / items * 1.1));
    }

    [Fact]
    public void Where_training_saw_nothing_the_correction_is_finite()
    {
        using var sampler = new NegativeSampler([0, 0, 4], onlySeen: true, TestDevice.Current);
        Assert.All(sampler.LogExpected(TestDevice.Tensor(1, 2), 5, 5).cpu().data<double>().ToArray(), e => Assert.True(double.IsFinite(e)));
    }

    // Popular by rank, many items of equal count and many of none, in no order; that of the missing item does not count.
    private static int[] Counts() => [1000, .. Enumerable.Range(0, Items).Select(i => 300 / (1 + (i * 7 % Items)))];
}
