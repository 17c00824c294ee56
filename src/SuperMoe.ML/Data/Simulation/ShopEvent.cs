namespace SuperMoe.ML;

/// <summary>One purchase in a simulated shop.</summary>
public sealed class ShopEvent
{
    /// <summary>Gets or sets the user, such as <c>U00042</c>.</summary>
    public string UserId { get; set; } = "";

    /// <summary>Gets or sets the moment of the purchase, in UTC, to the second.</summary>
    public DateTime Time { get; set; }

    /// <summary>Gets or sets the item, such as <c>P0815</c>.</summary>
    public string ProductId { get; set; } = "";

    /// <summary>Gets or sets the item's category.</summary>
    public string Category { get; set; } = "";

    /// <summary>Gets or sets the price paid: the list price, or 20% less with a coupon.</summary>
    public float Price { get; set; }
}
