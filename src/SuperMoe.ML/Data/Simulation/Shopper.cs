namespace SuperMoe.ML.Data;

/// <summary>The latent side of a user: tastes and engagement, from which behaviour and labels follow.</summary>
internal sealed class Shopper
{
    private const double TasteConcentration = 0.25;
    private const double AgeNoise = 5.0;
    private const double SurveyError = 0.1;
    private const double LeavingBias = -0.3;
    private const double LoyaltyOfOldAccounts = 0.8;

    private Shopper(double[] tastes, double purchasesADay, double decayADay, ShopUser profile)
    {
        Tastes = tastes;
        PurchasesADay = purchasesADay;
        DecayADay = decayADay;
        Profile = profile;
    }

    /// <summary>theta: the share of each taste.</summary>
    public double[] Tastes { get; }

    /// <summary>The rate of purchases at full engagement.</summary>
    public double PurchasesADay { get; }

    /// <summary>delta: engagement is exp(-delta t) after t days; 0 for who stays.</summary>
    public double DecayADay { get; }

    /// <summary>The user's row; <see cref="ShopUser.Churned"/> is known only once the purchases are.</summary>
    public ShopUser Profile { get; }

    public static Shopper Draw(ShopOptions options, Catalogue catalogue, int index)
    {
        var random = ShopRandom.Stream(options.Seed, ShopStreams.Person, index);
        var tastes = random.Dirichlet(options.Tastes, TasteConcentration);
        var female = Logistic(Mean(tastes, catalogue, taste => taste.Female)) > random.Uniform();
        var age = Mean(tastes, catalogue, taste => taste.Age) + (AgeNoise * random.Normal());
        var account = 30.0 + (600.0 * random.Exponential());
        var region = random.Choose(catalogue.Tastes[random.Choose(tastes)].Regions);
        var segment = random.Uniform() < SurveyError ? random.Below(ShopNames.Segments.Count) : Segment(tastes);

        var loyalty = LoyaltyOfOldAccounts * Math.Log(account / 400.0);
        var leaves = Logistic(LeavingBias + Mean(tastes, catalogue, taste => taste.Leaving) - loyalty) > random.Uniform();
        var decay = leaves ? (2.0 + (2.0 * random.Uniform())) / options.Days : 0.0;
        var rate = options.Purchases / (double)options.Days * Math.Exp(0.4 * random.Normal());

        return new Shopper(tastes, rate, decay, new ShopUser
        {
            UserId = $"U{index + 1:D5}",
            Gender = female ? "F" : "M",
            Age = (float)Math.Clamp(Math.Round(age), 18, 80),
            Segment = ShopNames.Segments[segment],
            Region = ShopNames.Regions[region],
            AccountAgeDays = (float)Math.Round(account),
        });
    }

    /// <summary>Taste k belongs to segment k mod 4; the heaviest segment wins.</summary>
    private static int Segment(double[] tastes)
    {
        var shares = new double[ShopNames.Segments.Count];
        for (var k = 0; k < tastes.Length; k++)
        {
            shares[k % shares.Length] += tastes[k];
        }

        return Array.IndexOf(shares, shares.Max());
    }

    private static double Mean(double[] tastes, Catalogue catalogue, Func<Taste, double> property) =>
        tastes.Zip(catalogue.Tastes, (share, taste) => share * property(taste)).Sum();

    private static double Logistic(double x) => 1.0 / (1.0 + Math.Exp(-x));
}
