using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Attention in scoring: float32, without gradients, user after user as the events are packed, so that nothing is padded, copied or reordered. Short histories leave libtorch's
/// operators next to nothing to multiply. A user's bits depend neither on the other users nor on the threads.
/// N events, B users, L longest sequence, T indicators a user, h heads, d numbers of a head, D = h·d.
/// </summary>
internal static unsafe class AttentionScoring
{
    private const int Lanes = SmallProducts.Lanes;
    private const int Queries = 4; // that are computed together
    private const int TokensOfPart = 2048; // of all tokens, that a thread takes at once

    /// <summary>Whether it is meant for such work.</summary>
    /// <param name="x">(N + B·T, D).</param>
    /// <param name="heads">h.</param>
    /// <param name="mask">What is added to the scores of those who see all events of a user.</param>
    public static bool Suits(Tensor x, long heads, Tensor? mask) =>
        SmallProducts.Suits && !is_grad_enabled() && x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32
        && x.size(1) % (heads * Lanes) == 0 && (mask is null || (mask.size(2) == 1 && mask.is_contiguous()));

    /// <summary>What the tokens see.</summary>
    /// <param name="projected">(N + B·T, 3 D), contiguous: queries, keys and values of the events, then of the indicators.</param>
    /// <param name="counts">As of <see cref="AttentionKernel.Apply"/>.</param>
    /// <param name="unpad">(N) int64, or <see langword="null"/> if all users have L events.</param>
    /// <param name="mask">(B, 1, 1, L), or <see langword="null"/>.</param>
    /// <returns>(n + B·T, D), where n is 0, B or N. Of the latest event of a user without events there is nothing to see: it is 0.</returns>
    public static Tensor Run(Tensor projected, ReadOnlySpan<long> counts, Tensor? unpad, Tensor? mask)
    {
        var size = (int)projected.size(1) / 3;
        var work = new Work
        {
            Events = (int)counts[0],
            Users = (int)counts[1],
            Length = (int)counts[2],
            Heads = (int)counts[3],
            Indicators = (int)counts[4],
            States = (EventStates)counts[5],
            Size = size,
            From = Numbers(projected),
            Mask = mask is null ? null : Numbers(mask),
        };
        var to = empty(work.First + ((long)work.Users * work.Indicators), size, ScalarType.Float32, CPU);
        work.To = Numbers(to);
        var starts = ArrayPool<int>.Shared.Rent(work.Users + 1);
        Starts(work, unpad, starts);
        var parts = SideBySide.Threads == 1 ? 1 : Math.Clamp((int)(projected.size(0) / TokensOfPart), 1, work.Users);
        if (parts == 1) { Score(work, starts, 0, work.Users); }
        else { InParts(work, starts, parts); }
        ArrayPool<int>.Shared.Return(starts);
        GC.KeepAlive((projected, mask, to));
        return to;
    }

    private static void InParts(Work work, int[] starts, int parts) => SideBySide.Run(
        parts, part => Score(work, starts, (int)((long)work.Users * part / parts), (int)((long)work.Users * (part + 1) / parts)));

    // Where each user's events begin, and N. Unpad has each event's place in (B, L).
    private static void Starts(in Work work, Tensor? unpad, Span<int> starts)
    {
        starts = starts[..(work.Users + 1)];
        if (unpad is null)
        {
            for (var u = 0; u <= work.Users; u++) { starts[u] = u * work.Length; }
            return;
        }
        var places = HostCopy.View<long>(unpad);
        starts.Clear();
        foreach (var place in places) { starts[(int)(place / work.Length) + 1]++; }
        for (var u = 0; u < work.Users; u++) { starts[u + 1] += starts[u]; }
    }

    private static void Score(in Work work, ReadOnlySpan<int> starts, int first, int end)
    {
        var d = work.Size / work.Heads;
        var width = SmallProducts.Padded(work.Length);
        var memory = ArrayPool<float>.Shared.Rent(((d + 1 + Queries) * width) + Lanes);
        fixed (float* start = memory)
        {
            var head = new Head { Size = d, Row = 3 * work.Size, To = work.Size, Width = width, Keys = start, Hidden = start + (d * width), Scores = start + ((d + 1) * width) };
            for (var u = first; u < end; u++)
            {
                var events = starts[u + 1] - starts[u];
                Hide(work.Mask is null ? null : work.Mask + ((long)u * work.Length), events, head.Hidden);
                for (var h = 0; h < work.Heads; h++) { ScoreHead(work, head, u, starts[u], events, h * d); }
            }
        }
        ArrayPool<float>.Shared.Return(memory);
    }

    // What is added to the scores, up to whole vectors.
    private static void Hide(float* mask, int events, float* hidden)
    {
        for (var j = 0; j < SmallProducts.Padded(events); j++) { hidden[j] = j >= events ? float.NegativeInfinity : mask is null ? 0 : mask[j]; }
    }

    private static void ScoreHead(in Work work, Head head, int user, int start, int events, int place)
    {
        float* own = work.From + ((long)start * head.Row) + place;
        head.Values = own + (2 * head.To);
        Turn(own + head.To, events, head);
        if (work.States == EventStates.All)
        {
            var to = work.To + ((long)start * head.To) + place;
            for (var q = 0; q < events; q += Queries)
            {
                var count = Math.Min(Queries, events - q);
                Attend(own + ((long)q * head.Row), count, head, q + count, q, self: false, to + ((long)q * head.To));
            }
        }
        else if (work.States == EventStates.Last)
        {
            var to = work.To + ((long)user * head.To) + place;
            if (events > 0) { Attend(own + ((long)(events - 1) * head.Row), 1, head, events, -1, self: false, to); }
            else { new Span<float>(to, head.Size).Clear(); }
        }
        for (var t = 0; t < work.Indicators; t += Queries)
        {
            var row = ((long)user * work.Indicators) + t;
            Attend(
                work.From + ((work.Events + row) * head.Row) + place, Math.Min(Queries, work.Indicators - t), head, events, -1, self: true,
                work.To + ((work.First + row) * head.To) + place);
        }
    }

    // Keys become columns, a vector of events after another, (d, 16) each; 0 where there is no event.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(float* keys, int events, in Head head)
    {
        var to = head.Keys;
        for (var block = 0; block < events; block += Lanes, to += head.Size * Lanes)
        {
            var count = Math.Min(Lanes, events - block);
            if (count < Lanes) { new Span<float>(to, head.Size * Lanes).Clear(); }
            for (var j = 0; j < count; j++, keys += head.Row)
            {
                for (var i = 0; i < head.Size; i++) { to[(i * Lanes) + j] = keys[i]; }
            }
        }
    }

    // Some queries of one user. Causal: the first sees events 0 to `causal`, the next one more; -1: all see all but what is hidden.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Attend(float* q, int count, in Head head, int events, int causal, bool self, float* to)
    {
        float* q1 = count > 1 ? q + head.Row : q, q2 = count > 2 ? q + (2L * head.Row) : q, q3 = count > 3 ? q + (3L * head.Row) : q;
        var keys = head.Keys;
        for (var block = 0; block < events; block += Lanes)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            for (var i = 0; i < head.Size; i++, keys += Lanes)
            {
                var key = Vector512.Load(keys);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(q[i]), key, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(q1[i]), key, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(q2[i]), key, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(q3[i]), key, a3);
            }
            var scores = head.Scores + block;
            a0.Store(scores);
            a1.Store(scores + head.Width);
            a2.Store(scores + (2L * head.Width));
            a3.Store(scores + (3L * head.Width));
        }
        var shares = stackalloc float[2 * Queries]; // of all exponentials, by which to divide; and what each sees of itself
        for (var k = 0; k < count; k++)
        {
            var own = q + ((long)k * head.Row);
            shares[k] = Exponentials(head.Scores + ((long)k * head.Width), events, causal < 0 ? -1 : causal + k, self ? own : null, head, out shares[Queries + k]);
        }
        for (var k = count; k < Queries; k++) { shares[k] = shares[Queries + k] = 0; }
        Mix(q, count, head, events, self, shares, to);
    }

    // Scores become exponentials. Returns 1 over their sum.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(float* scores, int events, int causal, float* self, in Head head, out float ofItself)
    {
        var scale = 1 / MathF.Sqrt(head.Size);
        var most = Vector512.Create(float.NegativeInfinity);
        for (var block = 0; block < events; block += Lanes)
        {
            var score = Vector512.Load(scores + block) * scale;
            if (causal < 0) { score += Vector512.Load(head.Hidden + block); }
            else { score = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Places(block), Vector512.Create(causal)).AsSingle(), score, Vector512.Create(float.NegativeInfinity)); }
            score.Store(scores + block);
            most = Vector512.Max(most, score);
        }
        var own = float.NegativeInfinity;
        if (self is not null)
        {
            var product = Vector512<float>.Zero;
            for (var i = 0; i < head.Size; i += Lanes) { product = Vector512.FusedMultiplyAdd(Vector512.Load(self + i), Vector512.Load(self + head.To + i), product); }
            own = Vector512.Sum(product) * scale;
        }
        var highest = MathF.Max(own, Highest(most));
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < events; block += Lanes)
        {
            var score = Vector512.Load(scores + block);
            var e = VectorExp.OfNonPositive(score - Vector512.Create(highest));
            e = Vector512.ConditionalSelect(Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, e);
            e.Store(scores + block);
            sum += e;
        }
        ofItself = self is null ? 0 : MathF.Exp(own - highest);
        return 1 / (Vector512.Sum(sum) + ofItself);
    }

    private static Vector512<int> Places(int first) => Vector512<int>.Indices + Vector512.Create(first);

    private static float Highest(Vector512<float> values)
    {
        var half = Vector256.Max(values.GetLower(), values.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(float* q, int count, in Head head, int events, bool self, float* shares, float* to)
    {
        float* s = head.Scores, s1 = count > 1 ? s + head.Width : s, s2 = count > 2 ? s + (2L * head.Width) : s, s3 = count > 3 ? s + (3L * head.Width) : s;
        for (var column = 0; column < head.Size; column += Lanes)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            var value = head.Values + column;
            for (var j = 0; j < events; j++, value += head.Row)
            {
                var v = Vector512.Load(value);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(s[j]), v, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(s1[j]), v, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(s2[j]), v, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(s3[j]), v, a3);
            }
            var own = self ? q + (2 * head.To) + column : null;
            Store(a0, 0, own, head, shares, to + column);
            if (count > 1) { Store(a1, 1, own, head, shares, to + column); }
            if (count > 2) { Store(a2, 2, own, head, shares, to + column); }
            if (count > 3) { Store(a3, 3, own, head, shares, to + column); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sum, int k, float* own, in Head head, float* shares, float* to)
    {
        if (own is not null) { sum = Vector512.FusedMultiplyAdd(Vector512.Create(shares[Queries + k]), Vector512.Load(own + ((long)k * head.Row)), sum); }
        (sum * shares[k]).Store(to + ((long)k * head.To));
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    // One call.
    private struct Work
    {
        public int Events;
        public int Users;
        public int Length;
        public int Heads;
        public int Indicators;
        public EventStates States;
        public int Size; // D
        public float* From;
        public float* Mask;
        public float* To;

        // Rows of the result before those of the indicators.
        public readonly int First => States switch { EventStates.All => Events, EventStates.Last => Users, _ => 0 };
    }

    // One head of one user, and the memory of all.
    private struct Head
    {
        public int Size; // d
        public int Row; // numbers from one token to the next, 3 D
        public int To; // of the result, D; and from a query to its key, and from that to its value
        public int Width; // L, up to whole vectors
        public float* Keys;
        public float* Hidden;
        public float* Scores; // of each query
        public float* Values;
    }
}
