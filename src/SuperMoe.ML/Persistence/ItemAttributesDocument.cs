namespace SuperMoe.ML.Persistence;

/// <summary>
/// The form of the items' attributes; their values are buffers of the model, saved with its weights.
/// </summary>
/// <param name="Fields">The key-valued attributes.</param>
/// <param name="NumberCount">The number of number-valued attributes of an item.</param>
internal sealed record ItemAttributesDocument(IReadOnlyList<AttributeFieldDocument> Fields, int NumberCount);
