namespace SuperMoe.ML.Data;

/// <summary>A key-valued field.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Count">The number of values; keys are 1..Count, 0 is missing.</param>
/// <param name="Fingerprint">Of the values in order, see <see cref="KeyVocabulary.Fingerprint"/>; <see langword="null"/> if they are not known.</param>
internal sealed record KeyField(string Name, int Count, string? Fingerprint = null);
