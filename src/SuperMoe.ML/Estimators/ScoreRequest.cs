namespace SuperMoe.ML.Estimators;

/// <summary>Which outputs are read.</summary>
/// <param name="Embedding">Whether the embedding is read.</param>
/// <param name="Tasks">Per task, in the tasks' order: whether any of its outputs is read.</param>
internal sealed record ScoreRequest(bool Embedding, IReadOnlyList<bool> Tasks)
{
    /// <summary>Whether all that <paramref name="other"/> asks for is asked for here.</summary>
    public bool Covers(ScoreRequest other) => (Embedding || !other.Embedding) && Tasks.Zip(other.Tasks, (own, others) => own || !others).All(c => c);
}
