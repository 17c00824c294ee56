namespace SuperMoe.ML.Persistence;

/// <summary>A key-valued attribute of items.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Count">The number of values the attribute can have; keys are 1..Count.</param>
/// <param name="Width">The most keys that an item has.</param>
internal sealed record AttributeFieldDocument(string Name, int Count, int Width);
