using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What a router did in a step, for it to learn by. T tasks, E experts.</summary>
/// <param name="Block">The block's index.</param>
/// <param name="Load">(E) int64: how many assignments each expert received.</param>
/// <param name="Wishes">(1 + T, E): for each indicator, its tokens' probabilities added up; <see langword="null"/> unless task routing is by selection bias.</param>
internal sealed record RouterLoad(int Block, Tensor Load, Tensor? Wishes);
