namespace SuperMoe.ML.Persistence;

/// <summary>
/// The form of the items' attributes; their values are tensors beside the weights, see <see cref="ItemAttributesTensors"/>.
/// </summary>
/// <param name="Fields">The key-valued attributes.</param>
/// <param name="NumberCount">The number of number-valued attributes of an item.</param>
internal sealed record ItemAttributesDocument(IReadOnlyList<AttributeFieldDocument> Fields, int NumberCount);
