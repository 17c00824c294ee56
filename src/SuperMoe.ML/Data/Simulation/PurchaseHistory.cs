namespace SuperMoe.ML.Data;

/// <summary>Draws one shopper's purchases, at a rate of <paramref name="eagerness"/> times the shopper's own.</summary>
internal sealed class PurchaseHistory(ShopOptions options, Catalogue catalogue, Shopper shopper, double eagerness, ShopRandom random)
{
    private const double Regularity = 2.0;
    private const double CouponAlways = 0.1;
    private const double CouponWhenBored = 0.5;
    private const int Tries = 30;

    private static readonly double[] s_succession = [0.6, 0.3, 0.1];
    private static readonly DateTime s_start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly HashSet<int> _bought = [];
    private readonly List<ShopEvent> _events = [];

    /// <summary>The purchases in the log, oldest first, and whether none follows in the days that decide about churn.</summary>
    public (List<ShopEvent> Events, bool Churned) Draw()
    {
        var category = -1;
        var day = Gap(0);
        for (; day < options.Days && _events.Count < options.Items / 2; day += Gap(day))
        {
            var taste = random.Choose(shopper.Tastes);
            var item = NewItem(NextCategory(category, taste), taste);
            category = catalogue.CategoryOf(item);
            _bought.Add(item);
            _events.Add(Purchase(catalogue.Items[item], day));
        }

        return (_events, Churned: day > options.Days + options.ChurnDays);
    }

    /// <summary>Days to the next purchase: a gamma of shape <see cref="Regularity"/>, longer as engagement decays.</summary>
    private double Gap(double day) =>
        random.Gamma(Regularity) / Regularity / (eagerness * shopper.PurchasesADay * Engagement(day));

    private double Engagement(double day) => Math.Exp(-shopper.DecayADay * day);

    private int NextCategory(int last, int taste) =>
        last >= 0 && random.Uniform() < options.Succession
            ? catalogue.Successors[last][random.Choose(s_succession)]
            : random.Choose(catalogue.Tastes[taste].Categories);

    /// <summary>An item not bought before: of any category, if the user seems to own all that appeals in this one.</summary>
    private int NewItem(int category, int taste)
    {
        var item = catalogue.DrawItem(random, category, taste);
        for (var i = 1; _bought.Contains(item); i++)
        {
            item = i < Tries ? catalogue.DrawItem(random, category, taste) : random.Below(options.Items);
        }

        return item;
    }

    private ShopEvent Purchase(ShopItem item, double day)
    {
        var coupon = random.Uniform() < CouponAlways + (CouponWhenBored * (1.0 - Engagement(day)));
        return new ShopEvent
        {
            UserId = shopper.Profile.UserId,
            Time = s_start.AddSeconds(Math.Floor(day * 86400.0)),
            ProductId = item.ProductId,
            Category = item.Category,
            Price = coupon ? (float)Math.Round(0.8 * item.Price, 2) : item.Price,
        };
    }
}
