namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>A user whose labels are to be told.</summary>
/// <param name="Fold">The fold of the user.</param>
/// <param name="Items">What the bag holds, as often as it does; the keys of <see cref="ProbeSet.Places"/>.</param>
/// <param name="Labels">The labels in the order of <see cref="ProbeSet.Labels"/>: the class from 0, or the number.</param>
internal sealed record ProbeUser(int Fold, int[] Items, float[] Labels);
