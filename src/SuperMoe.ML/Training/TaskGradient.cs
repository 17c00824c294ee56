using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>The gradients of a task's loss in a shard. N events, B users, P tasks, D model.</summary>
/// <param name="Task">The task.</param>
/// <param name="Indicators">(B, 1 + P, D): the gradient at the indicators' states.</param>
/// <param name="Events">(N, D): at the events'; <see langword="null"/> for a task that does not read them.</param>
/// <param name="Weights">The gradients of the weights behind the encoder: the head's, and the items' vectors where it reads them.</param>
internal sealed record TaskGradient(int Task, Tensor Indicators, Tensor? Events, List<(Tensor Weight, Tensor Gradient)> Weights);
