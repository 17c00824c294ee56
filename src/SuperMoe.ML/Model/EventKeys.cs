using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>The keys and values of a batch's events in one block, padded. B users, h heads, L longest sequence, d = D / h.</summary>
/// <param name="Keys">(B, h, L, d).</param>
/// <param name="Values">(B, h, L, d).</param>
internal sealed record EventKeys(Tensor Keys, Tensor Values);
