using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Packs some users' events into what the encoder reads. Keeps nothing between calls, so threads may share it. N events, B users, L longest sequence.</summary>
internal sealed class BatchBuilder(BehaviorDataset data, int maxLength, Device device)
{
    /// <summary>The tensors of a batch.</summary>
    /// <param name="users">B users.</param>
    /// <param name="lengths">Per user: how many events, from the oldest, belong to the input; the latest of them that the model looks at are packed.</param>
    public SequenceInput Build(ReadOnlySpan<int> users, ReadOnlySpan<int> lengths)
    {
        var batch = new PackedBatch();
        Pack(users, lengths, batch);
        return batch.ToInput(data.Schema, device);
    }

    /// <summary>Packs a batch, in the order in which <see cref="PackedBatch.ToInput"/> takes it apart.</summary>
    /// <param name="users">B users.</param>
    /// <param name="lengths">Per user: how many events, from the oldest, belong to the input.</param>
    /// <param name="batch">What is filled.</param>
    public void Pack(ReadOnlySpan<int> users, ReadOnlySpan<int> lengths, PackedBatch batch)
    {
        batch.Begin(data, users, lengths, maxLength);
        var windows = batch.Windows.AsSpan();
        Gather(data.Items, windows, batch.Whole.Grow(batch.Events));
        Positions(windows, batch.Whole.Grow(batch.Events));
        Last(windows, batch.Whole.Grow(users.Length));
        if (data.Schema.HasTime) { TimeGaps(users, windows, batch.Whole.Grow(batch.Events)); }
        foreach (var field in data.KeyFields) { Gather(field, windows, batch.Whole.Grow(batch.Events)); }
        if (data.Schema.ProfileSize > 0) { UserOfEvent(windows, batch.Whole.Grow(batch.Events)); }
        if (data.NumberFields.Length > 0) { Numbers(windows, batch.Real.Grow(batch.Events * data.NumberFields.Length)); }
        if (data.Schema.ProfileSize > 0) { Profiles(users, batch.Real.Grow(users.Length * data.Schema.ProfileSize)); }
        if (batch.Ragged) { Layout(batch); }
    }

    /// <summary>The bucket of a time gap in seconds: 1 + floor(log2(1 + gap)), at most the last.</summary>
    public static int TimeGapBucket(double seconds) =>
        1 + (int)Math.Min(EventEncoder.TimeGapBuckets - 2, Math.Log2(1 + Math.Max(0, seconds)));

    private static void Gather(int[] values, ReadOnlySpan<(int Start, int Length)> windows, Span<long> packed)
    {
        var n = 0;
        foreach (var (start, length) in windows)
        {
            foreach (var value in values.AsSpan(start, length)) { packed[n++] = value; }
        }
    }

    private static void Positions(ReadOnlySpan<(int Start, int Length)> windows, Span<long> packed)
    {
        var n = 0;
        foreach (var (_, length) in windows)
        {
            for (var i = length - 1; i >= 0; i--) { packed[n++] = i; }
        }
    }

    // A user without events is given any event: nobody looks at it there.
    private static void Last(ReadOnlySpan<(int Start, int Length)> windows, Span<long> packed)
    {
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            n += windows[b].Length;
            packed[b] = Math.Max(0, n - 1);
        }
    }

    private static void UserOfEvent(ReadOnlySpan<(int Start, int Length)> windows, Span<long> packed)
    {
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            packed.Slice(n, windows[b].Length).Fill(b);
            n += windows[b].Length;
        }
    }

    private static void Layout(PackedBatch batch)
    {
        var pad = batch.Whole.Grow((int)batch.Places + batch.Events);
        var unpad = pad[(int)batch.Places..];
        pad = pad[..(int)batch.Places];
        pad.Clear(); // padding repeats event 0, which nobody looks at there
        var mask = batch.Real.Grow((int)batch.Places);
        mask.Fill(float.NegativeInfinity);
        int n = 0, place = 0;
        foreach (var (_, length) in batch.Windows.AsSpan())
        {
            mask.Slice(place, length).Clear();
            for (var i = 0; i < length; i++, n++)
            {
                pad[place + i] = n;
                unpad[n] = place + i;
            }
            place += batch.MaxLength;
        }
    }

    private void Numbers(ReadOnlySpan<(int Start, int Length)> windows, Span<float> packed)
    {
        var n = 0;
        foreach (var (start, length) in windows)
        {
            for (var i = 0; i < length; i++)
            {
                foreach (var field in data.NumberFields) { packed[n++] = field[start + i]; }
            }
        }
    }

    private void TimeGaps(ReadOnlySpan<int> users, ReadOnlySpan<(int Start, int Length)> windows, Span<long> packed)
    {
        var times = data.Times!;
        var n = 0;
        for (var b = 0; b < windows.Length; b++)
        {
            var first = data.Offsets[users[b]];
            for (var e = windows[b].Start; e < windows[b].Start + windows[b].Length; e++)
            {
                packed[n++] = e == first ? 0 : TimeGapBucket(times[e] - times[e - 1]);
            }
        }
    }

    private void Profiles(ReadOnlySpan<int> users, Span<float> packed)
    {
        var size = data.Schema.ProfileSize;
        for (var b = 0; b < users.Length; b++) { data.Profiles.AsSpan(users[b] * size, size).CopyTo(packed[(b * size)..]); }
    }
}
