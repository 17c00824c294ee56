using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// What a pass through the encoder leaves for tokens that are computed after it, each alone: they look at the events, and nothing that the pass computes
/// depends on them. B users, L longest sequence, D model.
/// </summary>
/// <param name="Users">B.</param>
/// <param name="MaxLength">L; 0 if the users have no events.</param>
/// <param name="Mask">As <see cref="SequenceInput.Mask"/>.</param>
/// <param name="Profile">(B, D): what the users' features add to a token; <see langword="null"/> without features.</param>
/// <param name="Blocks">Per block; <see langword="null"/> if the users have no events.</param>
internal sealed record SeenEvents(int Users, int MaxLength, Tensor? Mask, Tensor? Profile, IReadOnlyList<EventKeys?> Blocks);
