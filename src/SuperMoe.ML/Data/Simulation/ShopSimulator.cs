using SuperMoe.ML.Data;

namespace SuperMoe.ML;

/// <summary>
/// A small shop with a known truth, to learn and to test on: latent tastes drive what its users buy, who they are and whether they stay.
/// </summary>
/// <remarks>
/// <para>Every user u has tastes theta_u ~ Dirichlet(0.25) over K latent tastes; each taste k has its own categories phi_k ~ Dirichlet(0.2).</para>
/// <para>
/// Purchases: with probability <see cref="ShopOptions.Succession"/> the category follows the category bought before (each has three
/// successors, with probabilities 0.6, 0.3, 0.1); otherwise it comes from phi_k. The taste k ~ theta_u is drawn anew for every purchase. An item of
/// that category is chosen in proportion to its popularity (log-normal, spread 1), times 12 if its style is k; nothing is bought twice.
/// Brand and tags tell an item's style with probability 0.8.
/// </para>
/// <para>
/// Time: gaps are gamma distributed with shape 2 and mean 1 / (r_u e_u(t)): a rate r_u, log-normal with spread 0.4 around
/// <see cref="ShopOptions.Purchases"/> / <see cref="ShopOptions.Days"/>, and an engagement e_u(t) = exp(-delta_u t). Some users lose interest
/// (delta_u &gt; 0, 2 to 4 over the log), by tastes and age of account; their gaps grow and coupons become more frequent (0.1 + 0.5 (1 - e_u(t))).
/// Who then buys nothing in <see cref="ShopOptions.ChurnDays"/> has churned. A log with fewer than <see cref="ShopOptions.MinPurchases"/> is
/// drawn again at a rate 10% higher.
/// </para>
/// <para>
/// Profile: P(woman) is the logistic function of theta_u's mean of the tastes' logits; age is the mean of the tastes' ages plus noise of 5 years;
/// the region is drawn from one taste's regions; the segment is the heaviest group of tastes (k mod 4), with 10% errors.
/// </para>
/// <para>
/// Tasks that conflict (<see cref="ShopOptions.Conflict"/>): tastes vote on factors a, b, c, d and e, each from -1 to 1, by the parity of bits of their number. At a conflict of x the
/// probabilities are the logistic functions of 4a (anchor, aligned), 4b (independent), 4((1-x)a - xac) (opposed) and -1 - 4.5x + 3e (rare); the amount is
/// 100 exp(0.4d + (0.2 + x/2)n) with n standard normal.
/// </para>
/// <para>
/// Random numbers come from SplitMix64, a stream for each user and item, so that results do not depend on the version of .NET. Across machines they are the
/// same as far as the last bit of <see cref="Math.Exp"/> and <see cref="Math.Log(double)"/> is.
/// </para>
/// </remarks>
public static class ShopSimulator
{
    /// <summary>Simulates a shop with default options.</summary>
    /// <returns>The shop's log, users and items.</returns>
    public static Shop Simulate() => Simulate(new ShopOptions());

    /// <summary>Simulates a shop.</summary>
    /// <param name="options">Its size and habits.</param>
    /// <returns>The shop's log, users and items; the same for the same options.</returns>
    /// <exception cref="ArgumentException">Some options are out of range or contradict each other; the message names all of them.</exception>
    public static Shop Simulate(ShopOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ShopOptionsValidator.Check(options);

        var catalogue = new Catalogue(options);
        var users = new ShopUser[options.Users];
        var conflicts = new List<ShopConflictUser>();
        var log = new List<ShopEvent>();
        for (var u = 0; u < users.Length; u++)
        {
            var shopper = Shopper.Draw(options, catalogue, u);
            var (events, churned) = History(options, catalogue, shopper, u);
            shopper.Profile.Churned = churned;
            users[u] = shopper.Profile;
            log.AddRange(events);
            if (options.Conflict is { } conflict) { conflicts.Add(ConflictLabels.Draw(options, conflict, shopper, u)); }
        }

        // OrderBy is stable: purchases of the same second stay in the order of users.
        return new Shop([.. log.OrderBy(purchase => purchase.Time)], users, catalogue.Items) { ConflictUsers = conflicts };
    }

    private static (List<ShopEvent> Events, bool Churned) History(ShopOptions options, Catalogue catalogue, Shopper shopper, int user)
    {
        var random = ShopRandom.Stream(options.Seed, ShopStreams.Purchases, user);
        for (var eagerness = 1.0; ; eagerness *= 1.1)
        {
            var history = new PurchaseHistory(options, catalogue, shopper, eagerness, random).Draw();
            if (history.Events.Count >= options.MinPurchases)
            {
                return history;
            }
        }
    }
}
