using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Where the tokens of a batch stand: N events, packed user after user, oldest first, and T indicators of each of B users behind them. L events in the longest sequence.</summary>
/// <param name="Events">N.</param>
/// <param name="Users">B.</param>
/// <param name="Length">L.</param>
/// <param name="Indicators">T.</param>
/// <param name="Unpad">(N) int64: each event's place in (B, L); <see langword="null"/> if all users have L events.</param>
/// <param name="Mask">(B, 1, 1, L) or (B, 1, T, L): added to the scores of those who see all events of a user; <see langword="null"/> for nothing.</param>
internal sealed record AttentionTokens(int Events, int Users, int Length, int Indicators, Tensor? Unpad, Tensor? Mask);
