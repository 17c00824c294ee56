using SuperMoe.ML.Data;

namespace SuperMoe.ML.Tests.Data;

public sealed class ShopRandomTests
{
    [Fact]
    public void NextUInt64_is_the_published_SplitMix64()
    {
        // The reference implementation's first outputs for seed 1234567 (prng.di.unimi.it/splitmix64.c).
        var random = new ShopRandom(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(2.0)]
    public void Gamma_has_its_mean_and_variance(double shape)
    {
        var random = new ShopRandom(5);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.Gamma(shape)).ToList();
        var mean = draws.Average();
        Assert.Equal(shape, mean, 0.03 * Math.Max(1, shape));
        Assert.Equal(shape, draws.Average(x => (x - mean) * (x - mean)), 0.06 * Math.Max(1, shape));
    }

    [Fact]
    public void Normal_has_mean_0_and_variance_1()
    {
        var random = new ShopRandom(6);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.Normal()).ToList();
        Assert.Equal(0, draws.Average(), 0.02);
        Assert.Equal(1, draws.Average(x => x * x), 0.03);
    }

    [Fact]
    public void Dirichlet_is_a_distribution_even_where_every_draw_is_tiny()
    {
        var shares = new ShopRandom(7).Dirichlet(8, 1e-6);
        Assert.Equal(1, shares.Sum(), 1e-9);
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
    }

    [Fact]
    public void Choose_and_ChooseCumulative_follow_the_weights()
    {
        var random = new ShopRandom(8);
        var plain = new int[3];
        var cumulative = new int[3];
        for (var i = 0; i < 60_000; i++)
        {
            plain[random.Choose([1.0, 0.0, 3.0])]++;
            cumulative[random.ChooseCumulative([1.0, 1.0, 4.0])]++;
        }

        Assert.Equal([0.25, 0.0, 0.75], plain.Select(count => Math.Round(count / 60_000.0, 2)));
        Assert.Equal([0.25, 0.0, 0.75], cumulative.Select(count => Math.Round(count / 60_000.0, 2)));
    }
}
