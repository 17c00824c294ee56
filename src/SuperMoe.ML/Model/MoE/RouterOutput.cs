using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>What a router did with M tokens, for losses and statistics. E experts, K experts a token.</summary>
/// <param name="Logits">(M, E).</param>
/// <param name="Probabilities">(M, E): softmax of the logits, for statistics; no gradient flows through it.</param>
/// <param name="Experts">(M, K) int64: who was selected.</param>
internal sealed record RouterOutput(Tensor Logits, Tensor Probabilities, Tensor Experts)
{
    /// <summary>How many assignments each expert received: (E) int64.</summary>
    public Tensor Load()
    {
        var flat = Experts.reshape(-1);
        // On a GPU bincount waits, twice, to know the numbers' bounds.
        return flat.device_type == TorchSharp.DeviceType.CPU
            ? flat.bincount(null, Logits.shape[1])
            : zeros(Logits.shape[1], ScalarType.Int64, flat.device).scatter_add_(0, flat, ones_like(flat));
    }
}
