using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>A router's decisions. M tokens, E experts, K experts a token.</summary>
/// <param name="Probabilities">(M, E).</param>
/// <param name="Experts">(M, K) int64.</param>
/// <param name="Gates">(M, K), without gradient.</param>
internal sealed record Routed(Tensor Probabilities, Tensor Experts, Tensor Gates) : IDisposable
{
    public void Dispose()
    {
        Probabilities.Dispose();
        Experts.Dispose();
        Gates.Dispose();
    }
}
