namespace SuperMoe.ML.Model;

/// <summary>The sizes that the data gives a model.</summary>
/// <param name="ItemCount">The number of items V; ids are 1..V, 0 is missing.</param>
/// <param name="KeyFieldCounts">Per key-valued side field of an event: the number of values.</param>
/// <param name="NumberFieldCount">The number-valued side fields of an event.</param>
/// <param name="HasTime">Whether events have times.</param>
/// <param name="ProfileSize">The number of user features.</param>
/// <param name="TaskCount">The number of tasks.</param>
/// <param name="AttributeFields">Per key-valued attribute of items: the number of values, and the most values an item has.</param>
/// <param name="AttributeNumberCount">The number-valued attributes of an item.</param>
internal sealed record ModelShape(
    int ItemCount,
    IReadOnlyList<int> KeyFieldCounts,
    int NumberFieldCount,
    bool HasTime,
    int ProfileSize,
    int TaskCount,
    IReadOnlyList<(int Count, int Width)> AttributeFields,
    int AttributeNumberCount)
{
    /// <summary>Whether items have attributes.</summary>
    public bool HasAttributes => AttributeFields.Count > 0 || AttributeNumberCount > 0;
}
