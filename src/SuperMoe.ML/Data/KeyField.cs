namespace SuperMoe.ML.Data;

/// <summary>A key-valued field.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Count">The number of values; keys are 1..Count, 0 is missing.</param>
internal sealed record KeyField(string Name, int Count);
