using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
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
        var seen = new SeenEvents(input.Users, input.MaxLength, input.Mask, profile, blocks) { Mean = Pool(input, events, 1) };
        if (input.Events == 0) { return seen; }
        var items = Padded(input, input.Items);
        return seen with { Items = input.Mask is null ? items : items * Real(input).squeeze(1).to(ScalarType.Int64) };
    }

    /// <summary>(B, D): the sum of each user's n events, divided by a power of n; 0 without events.</summary>
    /// <param name="input">The users.</param>
    /// <param name="events">(N, D): the events' vectors.</param>
    /// <param name="power">1 for the mean.</param>
    public static Tensor Pool(SequenceInput input, Tensor events, float power)
    {
        if (input.Events == 0) { return events.new_zeros(input.Users, events.shape[1]); }
        if (events.device_type == TorchSharp.DeviceType.CPU && !events.requires_grad) { return PackedEvents.Pool(events.contiguous(), input.Unpad, input.Users, input.MaxLength, power); }
        var vectors = Padded(input, events); // (B, L, D)
        if (input.Mask is null) { return vectors.sum([1L]).div(Scalars.Of(MathF.Pow(input.MaxLength, power))); }
        var real = Real(input);
        return (matmul(real, vectors) / real.sum(-1, keepdim: true).clamp(min: Scalars.Of(1.0)).pow(Scalars.Of(power))).squeeze(1);
    }

    // (B, 1, L): 1, and 0 for padding.
    private static Tensor Real(SequenceInput input) => input.Mask!.view(input.Users, 1, input.MaxLength).exp();

    private static Tensor Padded(SequenceInput input, Tensor packed) =>
        (input.Pad is null ? packed : packed.index_select(0, input.Pad)).view([input.Users, input.MaxLength, .. packed.shape[1..]]);
}
