namespace SuperMoe.ML;

/// <summary>One item of a simulated shop.</summary>
public sealed class ShopItem
{
    /// <summary>Gets or sets the item, such as <c>P0815</c>.</summary>
    public string ProductId { get; set; } = "";

    /// <summary>Gets or sets the category.</summary>
    public string Category { get; set; } = "";

    /// <summary>Gets or sets the brand.</summary>
    public string Brand { get; set; } = "";

    /// <summary>Gets or sets one to three tags, without repetition.</summary>
    public string[] Tags { get; set; } = [];

    /// <summary>Gets or sets the list price.</summary>
    public float Price { get; set; }
}
