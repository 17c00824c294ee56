namespace SuperMoe.ML.Data;

/// <summary>The items' own attributes, by item key; entry 0 (the missing item) is empty.</summary>
internal sealed class ItemAttributes
{
    /// <summary>The key-valued attributes.</summary>
    public required IReadOnlyList<KeyField> KeyFields { get; init; }

    /// <summary>Per key field: where each item's values start; V + 2 numbers, the values of item i are at [Offsets[i], Offsets[i + 1]).</summary>
    public required int[][] Offsets { get; init; }

    /// <summary>Per key field: the keys of all items, 1..Count.</summary>
    public required int[][] Values { get; init; }

    /// <summary>The number of number-valued attributes of an item.</summary>
    public int NumberCount { get; init; }

    /// <summary>(V + 1) × NumberCount numbers, item after item; missing ones are 0. Standardized.</summary>
    public float[] Numbers { get; init; } = [];
}
