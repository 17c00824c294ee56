namespace SuperMoe.ML.Benchmarks.Sequence;

/// <summary>A line of a sequence file.</summary>
/// <param name="Id">The user.</param>
/// <param name="Items">The items, oldest first.</param>
internal sealed record SequenceUser(int Id, int[] Items);
