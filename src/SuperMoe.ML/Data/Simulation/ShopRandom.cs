namespace SuperMoe.ML.Data;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014) and the distributions of the simulator. Its own generator, because <see cref="Random"/> promises
/// no particular sequence across versions of .NET.
/// </summary>
internal sealed class ShopRandom(ulong seed)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>An independent stream for the <paramref name="index"/>-th thing of a kind, so that more things do not change the earlier ones.</summary>
    public static ShopRandom Stream(int seed, ulong kind, int index) =>
        new(Mix(Mix(unchecked((ulong)seed) ^ (kind * GoldenGamma)) + (unchecked((ulong)index) * GoldenGamma)));

    public ulong NextUInt64() => Mix(_state += GoldenGamma);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform among 0 .. <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    public double Exponential() => -Math.Log(1.0 - Uniform());

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(2.0 * Exponential()) * Math.Cos(2.0 * Math.PI * Uniform());

    /// <summary>A point of the symmetric Dirichlet distribution.</summary>
    public double[] Dirichlet(int size, double concentration)
    {
        var shares = new double[size];
        for (var i = 0; i < size; i++)
        {
            // The floor keeps the sum above 0 when every draw of a small concentration underflows.
            shares[i] = Math.Max(Gamma(concentration), 1e-12);
        }

        var sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    /// <summary>An index, with probabilities in proportion to <paramref name="weights"/>.</summary>
    public int Choose(IReadOnlyList<double> weights)
    {
        var rest = Uniform() * weights.Sum();
        for (var i = 0; i < weights.Count - 1; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return i;
            }
        }

        return weights.Count - 1;
    }

    /// <summary>An index, where <paramref name="sums"/> holds the running sums of the weights.</summary>
    public int ChooseCumulative(double[] sums)
    {
        var found = Array.BinarySearch(sums, Uniform() * sums[^1]);
        return Math.Min(found >= 0 ? found + 1 : ~found, sums.Length - 1);
    }

    /// <summary>Gamma with scale 1 (Marsaglia and Tsang 2000; below shape 1 by their power transformation).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1.0 - Uniform(), 1.0 / shape);
        }

        var d = shape - (1.0 / 3.0);
        var c = 1.0 / Math.Sqrt(9.0 * d);
        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1.0 + (c * x), 3);
            if (v > 0 && Math.Log(1.0 - Uniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
