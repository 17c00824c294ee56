using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// The events of B users, packed without padding: user after user, oldest first. N events in all, L in the longest sequence.
/// Only attention by libtorch's operators sees them padded, to (B, L) on the right.
/// </summary>
internal sealed record SequenceInput
{
    /// <summary>B.</summary>
    public required int Users { get; init; }

    /// <summary>N.</summary>
    public required int Events { get; init; }

    /// <summary>L.</summary>
    public required int MaxLength { get; init; }

    /// <summary>(N) int64: item ids, 0 is missing.</summary>
    public required Tensor Items { get; init; }

    /// <summary>Per key field: (N) int64, 0 is missing.</summary>
    public IReadOnlyList<Tensor> KeyFields { get; init; } = [];

    /// <summary>(N, F): number fields, NaN is missing.</summary>
    public Tensor? Numbers { get; init; }

    /// <summary>(N) int64: events between this one and the user's latest; 0 is the latest.</summary>
    public required Tensor Positions { get; init; }

    /// <summary>(N) int64: log2 buckets of the time since the user's previous event; 0 for a first event.</summary>
    public Tensor? TimeGaps { get; init; }

    /// <summary>(B, P): user features, NaN is missing.</summary>
    public Tensor? Profiles { get; init; }

    /// <summary>(N) int64: whose event it is; needed where <see cref="Profiles"/> are.</summary>
    public Tensor? UserOfEvent { get; init; }

    /// <summary>(B) int64: each user's latest event; any event for a user without one. Needed where only <see cref="EventStates.Last"/> is computed.</summary>
    public Tensor? Last { get; init; }

    /// <summary>(B·L) int64: which event stands in each padded place, any event where none does; <see langword="null"/> if all users have L events.</summary>
    public Tensor? Pad { get; init; }

    /// <summary>(N) int64: the padded place of each event; <see langword="null"/> if all users have L events.</summary>
    public Tensor? Unpad { get; init; }

    /// <summary>
    /// (B, 1, 1, L) or (B, 1, T, L): 0 for an event that indicators see, minus infinity for others and padding; <see langword="null"/> if they see all L events of all users.
    /// </summary>
    public Tensor? Mask { get; init; }
}
