using System.ComponentModel.DataAnnotations;

namespace SuperMoe.ML;

/// <summary>The size and the habits of a simulated shop; see <see cref="ShopSimulator"/> for the model behind them.</summary>
public sealed class ShopOptions
{
    /// <summary>Gets or sets the number of users. The first users of a larger shop are the users of a smaller one.</summary>
    /// <value>The default value is 3,000. The range is 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int Users { get; set; } = 3000;

    /// <summary>Gets or sets the number of items on sale. The more there are, the more their attributes tell beside their ids.</summary>
    /// <value>The default value is 2,000. The range is 20 to 200,000.</value>
    [Range(20, 200_000)]
    public int Items { get; set; } = 2000;

    /// <summary>Gets or sets the number of categories. At most <see cref="Items"/>.</summary>
    /// <value>The default value is 16. The range is 4 to 24.</value>
    [Range(4, 24)]
    public int Categories { get; set; } = 16;

    /// <summary>Gets or sets the number of latent tastes K. No column holds them.</summary>
    /// <value>The default value is 8. The range is 4 to 64; with <see cref="Conflict"/> 8 to 64.</value>
    [Range(4, 64)]
    public int Tastes { get; set; } = 8;

    /// <summary>
    /// Gets or sets the purchases that a user of middling engagement makes in <see cref="Days"/>. At most a quarter of <see cref="Items"/>,
    /// since nothing is bought twice, and at least <see cref="MinPurchases"/>.
    /// </summary>
    /// <value>The default value is 40. The range is 5 to 10,000.</value>
    [Range(5, 10_000)]
    public int Purchases { get; set; } = 40;

    /// <summary>Gets or sets the fewest purchases of a user; a log with fewer is drawn again.</summary>
    /// <value>The default value is 5. The range is 2 to 1,000.</value>
    [Range(2, 1000)]
    public int MinPurchases { get; set; } = 5;

    /// <summary>Gets or sets the days that the log covers; the first is 2025-01-01.</summary>
    /// <value>The default value is 365. The range is 30 to 3,650.</value>
    [Range(30, 3650)]
    public int Days { get; set; } = 365;

    /// <summary>Gets or sets the days after the log in which a user without any purchase counts as churned.</summary>
    /// <value>The default value is 60. The range is 1 to 365.</value>
    [Range(1, 365)]
    public int ChurnDays { get; set; } = 60;

    /// <summary>
    /// Gets or sets the share of purchases whose category follows from the category bought before, not from taste: how much order matters.
    /// </summary>
    /// <value>The default value is 0.5. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Succession { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets how strongly the tasks of <see cref="Shop.ConflictUsers"/> pull against each other: 0 is hardly, 1 is so that a plain sum of their losses can harm some of
    /// them (of few epochs, a rare label). It changes nothing else in the shop.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: there are no such tasks. The range is 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double? Conflict { get; set; }

    /// <summary>Gets or sets the seed. The same options give the same shop.</summary>
    /// <value>The default value is 1.</value>
    public int Seed { get; set; } = 1;
}
