using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The best items of users, on the calling thread, without writing a logit: products of 6 items and 16 users at a time stay in registers, where they are
/// compared with the least that each user has kept. A product sums its D terms in order, each by a fused multiplication and addition.
/// B users, V items, D model, K items kept.
/// </summary>
internal static unsafe class TopLogits
{
    private const int Enough = 8; // users: most of a group is there
    private const int Lanes = 8;
    private const int Group = 2 * Lanes; // users
    private const int Rows = 6; // items: 12 sums, two vectors of users and one item's number are 15 of 16 registers
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
        var tile = Math.Max(1, TileBytes / sizeof(float) / d / Rows) * Rows;
        fixed (float* panels = packed)
        {
            for (var first = 1; first < count; first += tile)
            {
                var end = Math.Min(count, first + tile);
                for (var g = 0; g < groups; g++)
                {
                    var users = places.Slice(g * Group, Math.Min(Group, places.Length - (g * Group)));
                    var kept = new Kept(history, g * Group, users, k, chosen, scores);
                    Tile(panels + ((long)g * Group * d), from, first, end, d, ref kept);
                }
            }
        }
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
    private static void Tile(float* users, float* items, int first, int end, int d, ref Kept kept)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Lanes);
    }

    // What a group of users has kept, and the least of each.
    private ref struct Kept
    {
        private readonly IReadOnlyList<ArraySegment<int>> _history;
        private readonly int _first;
        private readonly ReadOnlySpan<int> _places;
        private readonly int _k;
        private readonly int[] _chosen;
        private readonly float[] _scores;
        private Vector256<float> _least0;
        private Vector256<float> _least1;

        public Kept(IReadOnlyList<ArraySegment<int>> history, int first, ReadOnlySpan<int> places, int k, int[] chosen, float[] scores)
        {
            (_history, _first, _k, _chosen, _scores) = (history, first, k, chosen, scores);
            _places = places;
            // Those who are not there keep nothing.
            _least0 = _least1 = Vector256.Create(float.PositiveInfinity);
            for (var u = 0; u < places.Length; u++) { Lift(u); }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Offer(int item, float* logits)
        {
            var better = Vector256.GreaterThan(Vector256.Load(logits), _least0).ExtractMostSignificantBits()
                | (Vector256.GreaterThan(Vector256.Load(logits + Lanes), _least1).ExtractMostSignificantBits() << Lanes);
            if (better != 0) { Keep(item, better, logits); }
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

        private void Lift(int user)
        {
            var least = _scores[(_places[user] * _k) + _k - 1];
            if (user < Lanes) { _least0 = _least0.WithElement(user, least); }
            else { _least1 = _least1.WithElement(user - Lanes, least); }
        }
    }
}
