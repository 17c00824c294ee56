namespace SuperMoe.ML.Estimators;

/// <summary>Which outputs a cursor reads.</summary>
/// <param name="Embedding">Whether the embedding is read.</param>
/// <param name="Tasks">Per task, in the tasks' order: whether any of its outputs is read.</param>
internal sealed record ScoreRequest(bool Embedding, IReadOnlyList<bool> Tasks);
