using SuperMoe.ML.Data;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// What a batch's tensors hold, in managed memory that is used again for other batches: filled on any thread, made tensors on the one that
/// computes. All whole numbers lie one after another, and so do all others: one copy each to the device.
/// N events, B users, L longest sequence, F number fields, P user features.
/// </summary>
internal sealed class PackedBatch
{
    /// <summary>Per user: the first event that is packed, and how many.</summary>
    public GrowableArray<(int Start, int Length)> Windows { get; } = new();

    /// <summary>Items, positions, latest events; then time gaps, key fields, whose event, padding, as the batch has them.</summary>
    public GrowableArray<long> Whole { get; } = new();

    /// <summary>Number fields, user features and the mask, as the batch has them.</summary>
    public GrowableArray<float> Real { get; } = new();

    /// <summary>B.</summary>
    public int Users => Windows.Count;

    /// <summary>N.</summary>
    public int Events { get; private set; }

    /// <summary>L.</summary>
    public int MaxLength { get; private set; }

    /// <summary>B·L: events and padding.</summary>
    public long Places => (long)Users * MaxLength;

    /// <summary>Whether sequences differ in length.</summary>
    public bool Ragged => Events != Places;

    /// <summary>Forgets the last batch and sets the windows of the next one.</summary>
    /// <param name="data">The users' events.</param>
    /// <param name="users">B users.</param>
    /// <param name="lengths">Per user: how many events, from the oldest, belong to the input; the latest of them are packed.</param>
    /// <param name="maxLength">The most events packed of a user.</param>
    public void Begin(BehaviorDataset data, ReadOnlySpan<int> users, ReadOnlySpan<int> lengths, int maxLength)
    {
        Whole.Clear();
        Real.Clear();
        Windows.Clear();
        (Events, MaxLength) = (0, 0);
        var windows = Windows.Grow(users.Length);
        for (var b = 0; b < users.Length; b++)
        {
            var length = Math.Min(lengths[b], maxLength);
            windows[b] = (data.Offsets[users[b]] + lengths[b] - length, length);
            Events += length;
            MaxLength = Math.Max(MaxLength, length);
        }
    }

    /// <summary>The batch as tensors, on the calling thread's dispose scope. This batch may be filled anew afterwards: they are copies.</summary>
    public SequenceInput ToInput(BehaviorSchema schema, Device device)
    {
        using Tensor whole = HostCopy.Of(Whole.AsSpan(), device), real = HostCopy.Of(Real.AsSpan(), device);
        long wholes = 0, reals = 0;
        var profiles = schema.ProfileSize > 0;
        return new SequenceInput // taken apart in the order in which it was packed
        {
            Users = Users,
            Events = Events,
            MaxLength = MaxLength,
            Items = Longs(Events),
            Positions = Longs(Events),
            Last = Longs(Users),
            TimeGaps = schema.HasTime ? Longs(Events) : null,
            KeyFields = schema.KeyFields.Count == 0 ? [] : KeyFields(),
            UserOfEvent = profiles ? Longs(Events) : null,
            Numbers = schema.NumberFields.Count > 0 ? Floats(Events, schema.NumberFields.Count) : null,
            Profiles = profiles ? Floats(Users, schema.ProfileSize) : null,
            Pad = Ragged ? Longs(Places) : null,
            Unpad = Ragged ? Longs(Events) : null,
            Mask = Ragged ? Mask() : null,
        };

        Tensor Longs(long count) => whole.narrow(0, (wholes += count) - count, count);

        Tensor Floats(long rows, long width)
        {
            using var part = real.narrow(0, (reals += rows * width) - (rows * width), rows * width);
            return part.view(rows, width);
        }

        Tensor Mask()
        {
            using var part = Floats(Users, MaxLength);
            return part.view(Users, 1, 1, MaxLength);
        }

        Tensor[] KeyFields()
        {
            var fields = new Tensor[schema.KeyFields.Count];
            for (var f = 0; f < fields.Length; f++) { fields[f] = Longs(Events); }
            return fields;
        }
    }
}
