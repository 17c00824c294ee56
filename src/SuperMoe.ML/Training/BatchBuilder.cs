using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Packs some users' events into the tensors that the encoder reads. N events, B users, L longest sequence.</summary>
internal sealed class BatchBuilder(BehaviorDataset data, int maxLength, Device device)
{
    /// <summary>Packs the events of <paramref name="users"/>.</summary>
    /// <param name="users">B users.</param>
    /// <param name="lengths">Per user: how many events, from the oldest, belong to the input; the latest of them that the model looks at are packed.</param>
    public SequenceInput Build(ReadOnlySpan<int> users, ReadOnlySpan<int> lengths)
    {
        var windows = new (int Start, int Length)[users.Length];
        int events = 0, longest = 0;
        for (var b = 0; b < users.Length; b++)
        {
            var length = Math.Min(lengths[b], maxLength);
            windows[b] = (data.Offsets[users[b]] + lengths[b] - length, length);
            events += length;
            longest = Math.Max(longest, length);
        }
        var ragged = events != longest * users.Length;
        var layout = ragged ? Layout(windows, longest) : default;
        var profiles = data.Schema.ProfileSize > 0;
        return new SequenceInput
        {
            Users = users.Length,
            Events = events,
            MaxLength = longest,
            Items = Gather(data.Items, windows, events),
            KeyFields = [.. data.KeyFields.Select(f => Gather(f, windows, events))],
            Numbers = data.NumberFields.Length > 0 ? Numbers(windows, events) : null,
            Positions = Positions(windows, events),
            TimeGaps = data.Times is null ? null : TimeGaps(users, windows, events),
            Profiles = profiles ? Profiles(users) : null,
            UserOfEvent = profiles ? UserOfEvent(windows, events) : null,
            Pad = layout.Pad,
            Unpad = layout.Unpad,
            Mask = layout.Mask,
        };
    }

    /// <summary>The bucket of a time gap in seconds: 1 + floor(log2(1 + gap)), at most the last.</summary>
    public static int TimeGapBucket(double seconds) =>
        1 + (int)Math.Min(EventEncoder.TimeGapBuckets - 2, Math.Log2(1 + Math.Max(0, seconds)));

    private Tensor Gather(int[] values, (int Start, int Length)[] windows, int events)
    {
        var packed = new long[events];
        var n = 0;
        foreach (var (start, length) in windows)
        {
            for (var i = 0; i < length; i++) { packed[n++] = values[start + i]; }
        }
        return tensor(packed, device: device);
    }

    private Tensor Numbers((int Start, int Length)[] windows, int events)
    {
        var fields = data.NumberFields.Length;
        var packed = new float[events * fields];
        var n = 0;
        foreach (var (start, length) in windows)
        {
            for (var i = 0; i < length; i++)
            {
                foreach (var field in data.NumberFields) { packed[n++] = field[start + i]; }
            }
        }
        return tensor(packed, [events, fields], device: device);
    }

    private Tensor Positions((int Start, int Length)[] windows, int events)
    {
        var packed = new long[events];
        var n = 0;
        foreach (var (_, length) in windows)
        {
            for (var i = length - 1; i >= 0; i--) { packed[n++] = i; }
        }
        return tensor(packed, device: device);
    }

    private Tensor TimeGaps(ReadOnlySpan<int> users, (int Start, int Length)[] windows, int events)
    {
        var times = data.Times!;
        var packed = new long[events];
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            var first = data.Offsets[users[b]];
            for (var e = windows[b].Start; e < windows[b].Start + windows[b].Length; e++)
            {
                packed[n++] = e == first ? 0 : TimeGapBucket(times[e] - times[e - 1]);
            }
        }
        return tensor(packed, device: device);
    }

    private Tensor Profiles(ReadOnlySpan<int> users)
    {
        var size = data.Schema.ProfileSize;
        var packed = new float[users.Length * size];
        for (var b = 0; b < users.Length; b++) { data.Profiles.AsSpan(users[b] * size, size).CopyTo(packed.AsSpan(b * size)); }
        return tensor(packed, [users.Length, size], device: device);
    }

    private Tensor UserOfEvent((int Start, int Length)[] windows, int events)
    {
        var packed = new long[events];
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            packed.AsSpan(n, windows[b].Length).Fill(b);
            n += windows[b].Length;
        }
        return tensor(packed, device: device);
    }

    private (Tensor Pad, Tensor Unpad, Tensor Mask) Layout((int Start, int Length)[] windows, int longest)
    {
        var places = windows.Length * longest;
        var pad = new long[places]; // padding repeats event 0, which nobody looks at there
        var unpad = new long[windows.Sum(w => w.Length)];
        var mask = new float[places];
        Array.Fill(mask, float.NegativeInfinity);
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            for (var i = 0; i < windows[b].Length; i++, n++)
            {
                var place = (b * longest) + i;
                pad[place] = n;
                unpad[n] = place;
                mask[place] = 0;
            }
        }
        return (tensor(pad, device: device), tensor(unpad, device: device), tensor(mask, [windows.Length, 1, 1, longest], device: device));
    }
}
