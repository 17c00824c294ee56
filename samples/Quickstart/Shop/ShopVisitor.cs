namespace Quickstart.Shop;

/// <summary>Who is scored alone: the columns that scoring needs, under the names of the training data.</summary>
internal sealed class ShopVisitor
{
    public string[] ProductId { get; set; } = [];

    public string[] Category { get; set; } = [];

    public float[] Price { get; set; } = [];

    public DateTime[] Time { get; set; } = [];

    public string Region { get; set; } = "";

    public float AccountAgeDays { get; set; }

    /// <summary>Asked for by MapValueToKey, which is part of the saved pipeline; unknown here.</summary>
    public string Gender { get; set; } = "";
}
