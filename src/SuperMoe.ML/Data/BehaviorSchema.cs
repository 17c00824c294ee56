namespace SuperMoe.ML.Data;

/// <summary>What an event and a user consist of: the shape of a <see cref="BehaviorDataset"/>, saved with a model as JSON.</summary>
/// <param name="ItemCount">The number of items V; keys are 1..V, 0 is missing.</param>
/// <param name="KeyFields">The key-valued side fields of an event.</param>
/// <param name="NumberFields">The names of the number-valued side fields of an event.</param>
/// <param name="HasTime">Whether events have times.</param>
/// <param name="ProfileSize">The number of user features; 0 is none.</param>
/// <param name="ItemFingerprint">Of the items in order, see <see cref="KeyVocabulary.Fingerprint"/>; <see langword="null"/> if they are not known.</param>
internal sealed record BehaviorSchema(
    int ItemCount,
    IReadOnlyList<KeyField> KeyFields,
    IReadOnlyList<string> NumberFields,
    bool HasTime,
    int ProfileSize,
    string? ItemFingerprint = null);
