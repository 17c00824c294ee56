using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// Ranks of targets among all items and their cross-entropy, by tiles of logits that stay in the nearest cache; threads take blocks of users one after another. A target's own logit is
/// computed by the same additions in the same order as a tile's, so that equal items are equal to the last bit. B users, V items, D model.
/// </summary>
internal static unsafe class TiledRanks
{
    private const int Block = 64; // users beside each other
    private const int Slice = 32; // items below each other
    private const int Lanes = 16;
    private const float Nothing = ColumnSums<Float32Word>.Nothing;

    /// <summary>Whether the processor has what they need, and D is of whole vectors.</summary>
    public static bool Suits(long d) => Float32Word.Suits && d % Lanes == 0;

    /// <summary>See <see cref="TargetRanks.Of"/>.</summary>
    /// <param name="states">(B, D).</param>
    /// <param name="items">(V + 1, D).</param>
    /// <param name="columns">V + 1.</param>
    /// <param name="d">D.</param>
    /// <param name="history">Per user.</param>
    /// <param name="targets">Per user.</param>
    /// <param name="lossOverHistory">Whether the cross-entropy is over the history's items, too.</param>
    public static (int[] Ranks, double Loss) Of(
        float* states, float* items, int columns, int d, IReadOnlyList<ArraySegment<int>> history, IReadOnlyList<int> targets, bool lossOverHistory)
    {
        var (ranks, losses, blocks, next) = (new int[targets.Count], new double[targets.Count], (targets.Count + Block - 1) / Block, -1);
        if (blocks == 0) { return (ranks, 0); }
        SideBySide.Run(Math.Min(SideBySide.Threads, blocks), _ =>
        {
            using var memory = new TileMemory((2L * Block * d) + ((long)Slice * (Block + d)) + (5 * Block) + (8 * Lanes));
            var room = new Room(memory, d);
            for (int block; (block = Interlocked.Increment(ref next)) < blocks;)
            {
                var first = block * Block;
                var count = Math.Min(Block, targets.Count - first);
                var runs = new LeftOutTiles.Run[count];
                for (var row = 0; row < count; row++)
                {
                    if ((uint)targets[first + row] >= (uint)columns) { throw new ArgumentOutOfRangeException(nameof(targets), targets[first + row], $"A target is an item, at most {columns - 1}."); }
                    runs[row] = new(row, row + 1, history[first + row]);
                    room.Targets[row] = targets[first + row];
                }
                var leftOut = new LeftOutTiles(runs, columns, Slice);
                Rank(states + ((long)first * d), count, items, columns, d, leftOut, lossOverHistory, room);
                for (var row = 0; row < count; row++)
                {
                    ranks[first + row] = columns - (int)room.Less[row] - 1; // itself is not less
                    losses[first + row] = room.Most[row] + Math.Log(room.Sums[row]) - room.Own[row];
                }
            }
        });
        return (ranks, losses.Sum());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rank(float* states, int count, float* items, int columns, int d, LeftOutTiles leftOut, bool lossOverHistory, Room room)
    {
        var width = (count + Lanes - 1) / Lanes * Lanes;
        new ReadOnlySpan<float>(states, count * d).CopyTo(new Span<float>(room.States, count * d));
        new Span<float>(room.States + ((long)count * d), (width - count) * d).Clear();
        Turning.Turn(room.States, width, d, d, room.Turned, width);
        for (var row = 0; row < Block; row++)
        {
            room.Own[row] = row < count ? Dot(states + ((long)row * d), items + ((long)room.Targets[row] * d), d) : 0;
            (room.Most[row], room.Sums[row], room.Less[row]) = (Nothing, 0, 0);
            if (row >= count) { room.Targets[row] = -1; }
        }
        for (var first = 0; first < columns; first += Slice)
        {
            var here = Math.Min(Slice, columns - first);
            var vectors = items + ((long)first * d);
            if (here < Slice)
            {
                new ReadOnlySpan<float>(vectors, here * d).CopyTo(new Span<float>(room.Vectors, here * d));
                new Span<float>(room.Vectors + ((long)here * d), (Slice - here) * d).Clear();
                vectors = room.Vectors;
            }
            Float32Word.Multiply((Float32Word*)vectors, d, 1, d, (Float32Word*)room.Turned, width, room.Logits, width, Slice, width, add: false);
            if (first == 0) { new Span<float>(room.Logits, width).Fill(Nothing); } // the missing item
            new Span<float>(room.Logits + ((long)here * width), (Slice - here) * width).Fill(Nothing);
            if (!lossOverHistory) { leftOut.Apply(first / Slice, room.Logits, width, room.Targets, Nothing); }
            for (var row = 0; row < width; row += Lanes) { ColumnSums<Float32Word>.Add(room.Logits + row, Slice, width, room.Most + row, room.Sums + row); }
            if (lossOverHistory) { leftOut.Apply(first / Slice, room.Logits, width, room.Targets, Nothing); }
            for (var row = 0; row < width; row += Lanes) { CountLess(room.Logits + row, here, width, room.Own + row, room.Less + row); }
        }
    }

    private static float Dot(float* a, float* b, int count)
    {
        var sum = 0f;
        for (var i = 0; i < count; i++) { sum = MathF.FusedMultiplyAdd(a[i], b[i], sum); }
        return sum;
    }

    // Of 16 users.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CountLess(float* logits, int count, int width, float* own, uint* less)
    {
        var (bound, found) = (Vector512.Load(own), Vector512.Load(less));
        for (var i = 0; i < count; i++) { found -= Vector512.LessThan(Vector512.Load(logits + ((long)i * width)), bound).AsUInt32(); } // -1 where it is
        found.Store(less);
    }

    // What a thread needs.
    private readonly ref struct Room(TileMemory memory, int d)
    {
        public readonly float* States = memory.Take((long)Block * d); // (users, D)
        public readonly float* Turned = memory.Take((long)Block * d); // (D, users)
        public readonly float* Vectors = memory.Take((long)Slice * d); // the last items, and 0
        public readonly float* Logits = memory.Take(Slice * Block); // (items, users)
        public readonly float* Own = memory.Take(Block);
        public readonly float* Most = memory.Take(Block);
        public readonly float* Sums = memory.Take(Block);
        public readonly uint* Less = (uint*)memory.Take(Block); // items whose logit is less than the target's
        public readonly int* Targets = (int*)memory.Take(Block);
    }
}
