namespace SuperMoe.ML.Tasks.Wide;

/// <summary>What a wide part is asked about.</summary>
/// <param name="Start">The user's first event.</param>
/// <param name="End">The event after the last one.</param>
/// <param name="Candidate">The item that the label is about; 0 for none.</param>
internal readonly record struct WideRow(int Start, int End, int Candidate);
