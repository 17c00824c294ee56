using SuperMoe.ML.Kernels;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class VectorRandomTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.01)]
    public void Mask_keeps_the_share_that_was_asked_for_in_every_lane(double share)
    {
        var values = new float[16 * 20_000];
        new VectorRandom(7).Mask(values, share, 2.5f);

        Assert.All(values.Distinct(), v => Assert.True(v is 0 or 2.5f));
        var tolerance = 5 * Math.Sqrt(share * (1 - share) / 20_000); // five standard deviations
        for (var lane = 0; lane < 16; lane++)
        {
            var kept = Enumerable.Range(0, 20_000).Count(i => values[(16 * i) + lane] != 0) / 20_000.0;
            Assert.InRange(kept, share - tolerance, share + tolerance);
        }
    }

    [Fact]
    public void Neighbours_in_time_and_between_lanes_are_not_correlated()
    {
        var values = new float[16 * 50_000];
        new VectorRandom(3).Mask(values, 0.5, 1);

        foreach (var distance in (int[])[1, 2, 16, 32, 48, 64])
        {
            var equal = Enumerable.Range(0, values.Length - distance).Count(i => values[i] == values[i + distance]) / (double)(values.Length - distance);
            Assert.InRange(equal, 0.497, 0.503);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Mask_fills_any_length_and_nothing_beyond(int length)
    {
        var values = Enumerable.Repeat(-1f, length + 8).ToArray();
        new VectorRandom(1).Mask(values.AsSpan(0, length), 1, 3);

        Assert.All(values[..length], v => Assert.Equal(3, v));
        Assert.All(values[length..], v => Assert.Equal(-1, v));
    }

    [Fact]
    public void A_seed_gives_one_sequence_and_another_seed_another()
    {
        Assert.Equal(Draw(5), Draw(5));
        Assert.NotEqual(Draw(5), Draw(6));

        static float[] Draw(ulong seed)
        {
            var random = new VectorRandom(seed);
            var values = new float[200];
            random.Mask(values.AsSpan(0, 100), 0.5, 1);
            random.Mask(values.AsSpan(100), 0.5, 1);
            return values;
        }
    }
}
