using System.Numerics;

namespace SuperMoe.ML.Data;

/// <summary>Draws the labels of the tasks that pull against each other; docs/simulator.md has the formulas.</summary>
internal static class ConflictLabels
{
    private const double Certainty = 4;

    /// <summary>The labels of the <paramref name="index"/>-th user at a conflict of <paramref name="conflict"/>.</summary>
    public static ShopConflictUser Draw(ShopOptions options, double conflict, Shopper shopper, int index)
    {
        // Factors, each from -1 to 1: tastes vote by the parity of the bits of their number.
        double a = Factor(shopper.Tastes, 1), b = Factor(shopper.Tastes, 2), c = Factor(shopper.Tastes, 7), d = Factor(shopper.Tastes, 3), e = Factor(shopper.Tastes, 6);
        var anchor = Logistic(Certainty * a);
        var aligned = Logistic(Certainty * a);
        var independent = Logistic(Certainty * b);
        var opposed = Logistic(Certainty * (((1 - conflict) * a) - (conflict * a * c)));
        var rare = Logistic(-1 - (4.5 * conflict) + (3 * e));
        var spread = 0.2 + (0.5 * conflict);
        var noisy = 100 * Math.Exp((0.4 * d) + (spread * spread / 2));

        var random = ShopRandom.Stream(options.Seed, ShopStreams.Conflict, index);
        return new ShopConflictUser
        {
            UserId = shopper.Profile.UserId,
            Anchor = Label(random, anchor),
            AnchorIdeal = (float)anchor,
            Aligned = Label(random, aligned),
            AlignedIdeal = (float)aligned,
            Independent = Label(random, independent),
            IndependentIdeal = (float)independent,
            Opposed = Label(random, opposed),
            OpposedIdeal = (float)opposed,
            Rare = Label(random, rare),
            RareIdeal = (float)rare,
            Noisy = (float)(100 * Math.Exp((0.4 * d) + (spread * random.Normal()))),
            NoisyIdeal = (float)noisy,
        };
    }

    private static double Factor(double[] tastes, int bits)
    {
        var sum = 0.0;
        for (var k = 0; k < tastes.Length; k++) { sum += BitOperations.PopCount((uint)(k & bits)) % 2 == 0 ? tastes[k] : -tastes[k]; }
        return sum;
    }

    private static float Label(ShopRandom random, double probability) => random.Uniform() < probability ? 1 : 0;

    private static double Logistic(double x) => 1.0 / (1.0 + Math.Exp(-x));
}
