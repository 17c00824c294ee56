namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>An item and what it is like, as a row of the view of item attributes.</summary>
internal sealed class AttributedItem
{
    public int Item { get; set; }

    public int[] Attributes { get; set; } = [];
}
