using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The best items of users, on the calling thread, without writing a logit: products of 12 items and 32 users at a time, or of 6 and 16 where
/// vectors have 256 bits, stay in registers, and are compared with the least that each user has kept. A product sums its D terms in order, each by
/// a fused multiplication and addition, whatever the vectors.
/// B users, V items, D model, K items kept.
/// </summary>
internal static unsafe class TopLogits
{
    private const int Enough = 8; // users: most of a group is there
    private const int Lanes = 8;
    private const int Group = 2 * Lanes; // users
    private const int Rows = 6; // items: 12 sums, two vectors of users and one item's number are 15 of 16 registers
    private const int WideRows = 12; // items of two groups: 24 sums, a vector of each group and one item's number are 27 of 32 registers
    private const int TileBytes = 1 << 18; // of items, which all groups of users meet while they are in the core's own cache

    /// <summary>Whether this is faster for so many users than products by libtorch that are then read.</summary>
    public static bool Suits(int users) => users >= Enough && Vector256.IsHardwareAccelerated;

    /// <summary>Adds the best of the items 1 to V to what is kept.</summary>
    /// <param name="states">(B, D) float32, contiguous, on the CPU.</param>
    /// <param name="items">(V + 1, D) float32, contiguous, on the CPU. Item 0 is missing and never kept.</param>
    /// <param name="history">Per user: items that are not kept, repeats allowed.</param>
    /// <param name="places">Per user: where the user stands in what is kept.</param>
    /// <param name="k">K.</param>
    /// <param name="chosen">The items kept, K a place, best first (see <see cref="TopItems"/>).</param>
    /// <param name="scores">Their logits.</param>
    public static void Add(
        Tensor states, Tensor items, IReadOnlyList<ArraySegment<int>> history, ReadOnlySpan<int> places, int k, int[] chosen, float[] scores)
    {
        var (count, d) = ((int)items.size(0), (int)items.size(1));
        var from = (float*)RawMemory.Start(items, ScalarType.Float32);
        var groups = (places.Length + Group - 1) / Group;
        var packed = ArrayPool<float>.Shared.Rent(groups * Group * d);
        Pack((float*)RawMemory.Start(states, ScalarType.Float32), places.Length, d, packed);
        var tile = Math.Max(1, TileBytes / sizeof(float) / d / WideRows) * WideRows;
        var least = stackalloc float[2 * Group];
        // In an array, since each item that is kept asks for its user's: by the list's interface that took as long as all else.
        var histories = ArrayPool<ArraySegment<int>>.Shared.Rent(places.Length);
        for (var u = 0; u < places.Length; u++) { histories[u] = history[u]; }
        fixed (float* panels = packed)
        {
            for (var first = 1; first < count; first += tile)
            {
                var end = Math.Min(count, first + tile);
                for (var g = 0; g < groups; g++)
                {
                    var kept = new Kept(histories, g * Group, places, k, chosen, scores, least);
                    var panel = panels + ((long)g * Group * d);
                    if (!Vector512.IsHardwareAccelerated || g + 1 == groups) { Tile(panel, from, first, end, d, kept); }
                    else
                    {
                        var next = new Kept(histories, ++g * Group, places, k, chosen, scores, least + Group);
                        WideTile(panel, from, first, end, d, kept, next);
                    }
                }
            }
        }
        ArrayPool<ArraySegment<int>>.Shared.Return(histories, clearArray: true);
        ArrayPool<float>.Shared.Return(packed);
        GC.KeepAlive((states, items));
    }

    // (B, D) → groups of 16 users, each (D, 16): a number of all of a group's users is two vectors.
    private static void Pack(float* states, int users, int d, Span<float> packed)
    {
        for (var u = 0; u < users; u++)
        {
            var to = packed.Slice(u / Group * Group * d, Group * d);
            for (var i = 0; i < d; i++) { to[(i * Group) + (u % Group)] = states[((long)u * d) + i]; }
        }
        if (users % Group is var rest and > 0)
        {
            var to = packed.Slice(users / Group * Group * d, Group * d);
            for (var i = 0; i < d; i++) { to.Slice((i * Group) + rest, Group - rest).Clear(); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* users, float* items, int first, int end, int d, in Kept kept)
    {
        var logits = stackalloc float[Rows * Group];
        for (var item = first; item < end;)
        {
            var rows = end - item >= Rows ? Rows : 1;
            if (rows == Rows) { Six(users, items + ((long)item * d), d, logits); }
            else { One(users, items + ((long)item * d), d, logits); }
            for (var r = 0; r < rows; r++, item++) { kept.Offer(item, logits + (r * Group)); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideTile(float* users, float* items, int first, int end, int d, in Kept kept, in Kept next)
    {
        var logits = stackalloc float[WideRows * 2 * Group];
        var item = first;
        while (item + WideRows <= end)
        {
            Twelve(users, items + ((long)item * d), d, logits);
            for (var r = 0; r < WideRows; r++, item++)
            {
                kept.WideOffer(item, logits + (r * 2 * Group));
                next.WideOffer(item, logits + (r * 2 * Group) + Group);
            }
        }
        Tile(users, items, item, end, d, kept);
        Tile(users + ((long)Group * d), items, item, end, d, next);
    }

    private static void One(float* users, float* row, int d, float* logits)
    {
        Vector256<float> a = default, b = default;
        for (var i = 0; i < d; i++, users += Group)
        {
            var x = Vector256.Create(row[i]);
            a = Vector256.MultiplyAddEstimate(x, Vector256.Load(users), a);
            b = Vector256.MultiplyAddEstimate(x, Vector256.Load(users + Lanes), b);
        }
        a.Store(logits);
        b.Store(logits + Lanes);
    }

    // Nothing is called from here: over a call, vectors would not stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* users, float* row, int d, float* logits)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        float* row3 = row + (3 * d), last = row + d;
        for (; row < last; row++, row3++, users += Group)
        {
            var (u, v) = (Vector256.Load(users), Vector256.Load(users + Lanes));
            var x = Vector256.Create(row[0]);
            (a0, b0) = (Vector256.MultiplyAddEstimate(x, u, a0), Vector256.MultiplyAddEstimate(x, v, b0));
            x = Vector256.Create(row[d]);
            (a1, b1) = (Vector256.MultiplyAddEstimate(x, u, a1), Vector256.MultiplyAddEstimate(x, v, b1));
            x = Vector256.Create(row[2 * d]);
            (a2, b2) = (Vector256.MultiplyAddEstimate(x, u, a2), Vector256.MultiplyAddEstimate(x, v, b2));
            x = Vector256.Create(row3[0]);
            (a3, b3) = (Vector256.MultiplyAddEstimate(x, u, a3), Vector256.MultiplyAddEstimate(x, v, b3));
            x = Vector256.Create(row3[d]);
            (a4, b4) = (Vector256.MultiplyAddEstimate(x, u, a4), Vector256.MultiplyAddEstimate(x, v, b4));
            x = Vector256.Create(row3[2 * d]);
            (a5, b5) = (Vector256.MultiplyAddEstimate(x, u, a5), Vector256.MultiplyAddEstimate(x, v, b5));
        }
        Store(a0, b0, logits);
        Store(a1, b1, logits + Group);
        Store(a2, b2, logits + (2 * Group));
        Store(a3, b3, logits + (3 * Group));
        Store(a4, b4, logits + (4 * Group));
        Store(a5, b5, logits + (5 * Group));
    }

    // As Six, for two groups whose numbers are Group · d apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Twelve(float* users, float* row, int d, float* logits)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        Vector512<float> b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        float* next = users + ((long)Group * d), last = row + d;
        float* row3 = row + (3 * d), row6 = row + (6 * d), row9 = row + (9 * d);
        for (; row < last; row++, row3++, row6++, row9++, users += Group, next += Group)
        {
            var (u, v) = (Vector512.Load(users), Vector512.Load(next));
            var x = Vector512.Create(row[0]);
            (a0, b0) = (Vector512.FusedMultiplyAdd(x, u, a0), Vector512.FusedMultiplyAdd(x, v, b0));
            x = Vector512.Create(row[d]);
            (a1, b1) = (Vector512.FusedMultiplyAdd(x, u, a1), Vector512.FusedMultiplyAdd(x, v, b1));
            x = Vector512.Create(row[2 * d]);
            (a2, b2) = (Vector512.FusedMultiplyAdd(x, u, a2), Vector512.FusedMultiplyAdd(x, v, b2));
            x = Vector512.Create(row3[0]);
            (a3, b3) = (Vector512.FusedMultiplyAdd(x, u, a3), Vector512.FusedMultiplyAdd(x, v, b3));
            x = Vector512.Create(row3[d]);
            (a4, b4) = (Vector512.FusedMultiplyAdd(x, u, a4), Vector512.FusedMultiplyAdd(x, v, b4));
            x = Vector512.Create(row3[2 * d]);
            (a5, b5) = (Vector512.FusedMultiplyAdd(x, u, a5), Vector512.FusedMultiplyAdd(x, v, b5));
            x = Vector512.Create(row6[0]);
            (a6, b6) = (Vector512.FusedMultiplyAdd(x, u, a6), Vector512.FusedMultiplyAdd(x, v, b6));
            x = Vector512.Create(row6[d]);
            (a7, b7) = (Vector512.FusedMultiplyAdd(x, u, a7), Vector512.FusedMultiplyAdd(x, v, b7));
            x = Vector512.Create(row6[2 * d]);
            (a8, b8) = (Vector512.FusedMultiplyAdd(x, u, a8), Vector512.FusedMultiplyAdd(x, v, b8));
            x = Vector512.Create(row9[0]);
            (a9, b9) = (Vector512.FusedMultiplyAdd(x, u, a9), Vector512.FusedMultiplyAdd(x, v, b9));
            x = Vector512.Create(row9[d]);
            (a10, b10) = (Vector512.FusedMultiplyAdd(x, u, a10), Vector512.FusedMultiplyAdd(x, v, b10));
            x = Vector512.Create(row9[2 * d]);
            (a11, b11) = (Vector512.FusedMultiplyAdd(x, u, a11), Vector512.FusedMultiplyAdd(x, v, b11));
        }
        Store(a0, b0, logits);
        Store(a1, b1, logits + (2 * Group));
        Store(a2, b2, logits + (4 * Group));
        Store(a3, b3, logits + (6 * Group));
        Store(a4, b4, logits + (8 * Group));
        Store(a5, b5, logits + (10 * Group));
        Store(a6, b6, logits + (12 * Group));
        Store(a7, b7, logits + (14 * Group));
        Store(a8, b8, logits + (16 * Group));
        Store(a9, b9, logits + (18 * Group));
        Store(a10, b10, logits + (20 * Group));
        Store(a11, b11, logits + (22 * Group));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Group);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Lanes);
    }

    // What a group of users has kept, and the least of each.
    private readonly ref struct Kept
    {
        private readonly ArraySegment<int>[] _history;
        private readonly int _first;
        private readonly ReadOnlySpan<int> _places;
        private readonly int _k;
        private readonly int[] _chosen;
        private readonly float[] _scores;
        private readonly float* _least;

        public Kept(ArraySegment<int>[] history, int first, ReadOnlySpan<int> places, int k, int[] chosen, float[] scores, float* least)
        {
            (_history, _first, _k, _chosen, _scores) = (history, first, k, chosen, scores);
            _least = least;
            _places = places.Slice(first, Math.Min(Group, places.Length - first));
            for (var u = 0; u < _places.Length; u++) { Lift(u); }
            new Span<float>(least + _places.Length, Group - _places.Length).Fill(float.PositiveInfinity); // those who are not there keep nothing
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Offer(int item, float* logits)
        {
            var better = Vector256.GreaterThan(Vector256.Load(logits), Vector256.Load(_least)).ExtractMostSignificantBits()
                | (Vector256.GreaterThan(Vector256.Load(logits + Lanes), Vector256.Load(_least + Lanes)).ExtractMostSignificantBits() << Lanes);
            if (better != 0) { Keep(item, better, logits); }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void WideOffer(int item, float* logits)
        {
            var better = Vector512.GreaterThan(Vector512.Load(logits), Vector512.Load(_least)).ExtractMostSignificantBits();
            if (better != 0) { Keep(item, (uint)better, logits); }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Keep(int item, uint better, float* logits)
        {
            for (; better != 0; better &= better - 1)
            {
                var u = BitOperations.TrailingZeroCount(better);
                if (_history[_first + u].AsSpan().Contains(item)) { continue; }
                var at = _places[u] * _k;
                TopItems.Insert(logits[u], item, _chosen.AsSpan(at, _k), _scores.AsSpan(at, _k));
                Lift(u);
            }
        }

        private void Lift(int user) => _least[user] = _scores[(_places[user] * _k) + _k - 1];
    }
}
