using SuperMoe.ML.Interop;
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
internal sealed record SeenEvents(int Users, int MaxLength, Tensor? Mask, Tensor? Profile, IReadOnlyList<EventKeys?> Blocks)
{
    /// <summary>(B, L) int64: the events' items, 0 for a missing item and for padding; <see langword="null"/> if the users have no events.</summary>
    public Tensor? Items { get; init; }

    /// <summary>(B, D): the mean of the events' vectors as they enter the first block; 0 without events.</summary>
    public required Tensor Mean { get; init; }

    /// <summary>What a pass leaves of its events.</summary>
    /// <param name="input">The users.</param>
    /// <param name="events">(N, D): the events' vectors.</param>
    /// <param name="profile">As <see cref="Profile"/>.</param>
    /// <param name="blocks">As <see cref="Blocks"/>, still being filled.</param>
    public static SeenEvents Of(SequenceInput input, Tensor events, Tensor? profile, IReadOnlyList<EventKeys?> blocks)
    {
        var seen = new SeenEvents(input.Users, input.MaxLength, input.Mask, profile, blocks) { Mean = events.new_zeros(input.Users, events.shape[1]) };
        if (input.Events == 0) { return seen; }
        var items = Padded(input.Items);
        var vectors = Padded(events); // (B, L, D)
        if (input.Mask is null) { return seen with { Items = items, Mean = vectors.mean([1L]) }; }
        var real = input.Mask.view(input.Users, 1, input.MaxLength).exp(); // (B, 1, L): 1, and 0 for padding
        return seen with
        {
            Items = items * real.squeeze(1).to(ScalarType.Int64),
            Mean = (matmul(real, vectors) / real.sum(-1, keepdim: true).clamp(min: Scalars.Of(1.0))).squeeze(1),
        };

        Tensor Padded(Tensor packed) =>
            (input.Pad is null ? packed : packed.index_select(0, input.Pad)).view([input.Users, input.MaxLength, .. packed.shape[1..]]);
    }
}
