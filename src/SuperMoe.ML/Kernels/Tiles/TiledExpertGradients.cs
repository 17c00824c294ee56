using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// The backward pass of <see cref="TiledExperts{TWord}"/>, which computes the hidden units anew. A gate's gradient is the dot product of its expert's hidden units and their
/// gradients, so that outputs are not needed again.
/// T tokens, D model, H hidden units of an expert, E experts, K experts a token, R rows.
/// </summary>
internal static unsafe class TiledExpertGradients<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    private const int Most = ExpertTile<TWord>.Most;
    private const int Slice = ExpertTile<TWord>.Slice;
    private const int Chunk = ExpertTile<TWord>.Chunk;
    private const int Tiles = ExpertTile<TWord>.Together;
    private const int Lanes = 16;

    /// <summary>The gradients of tokens, (T, D), gates, (T, K), and weights. All arguments are contiguous.</summary>
    /// <param name="gradient">(T, D) float32: the output's.</param>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="rows">As in the forward pass.</param>
    public static (Tensor X, Tensor Gates, Tensor W1, Tensor W2) Run(Tensor gradient, Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows)
    {
        int d = (int)x.size(1), h = (int)w1.size(2), k = (int)gates.size(1);
        Tensor dx = empty_like(x), dg = empty_like(gates), dw1 = TensorPool.Like(w1), dw2 = TensorPool.Like(w2);
        using var sorted = new PooledNumbers(k == 1 ? 1 : (long)rows.Count * d);
        var pass = new Pass(rows, d, h, k)
        {
            Gradient = Numbers(gradient),
            X = Numbers(x),
            Gates = Numbers(gates),
            W1 = Numbers(w1),
            W2 = Numbers(w2),
            To = k == 1 ? Numbers(dx) : Numbers(sorted.Tensor),
            GateGradients = Numbers(dg),
            W1Gradients = Numbers(dw1),
            W2Gradients = Numbers(dw2),
        };
        ExpertWork.Side(ExpertWork.Workers(rows.Count, (long)d * h), rows, pass.Of);
        if (k > 1) { ExpertWork.Sum(Numbers(sorted.Tensor), rows.Places, k, d, Numbers(dx)); }
        GC.KeepAlive((gradient, x, gates, w1, w2));
        return (dx, dg, dw1, dw2);
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    private sealed class Pass(ExpertRows rows, int d, int h, int k)
    {
        public float* Gradient;
        public float* X;
        public float* Gates;
        public float* W1;
        public float* W2;
        public float* To; // (T, D), or if a token has several experts (R, D)
        public float* GateGradients;
        public float* W1Gradients;
        public float* W2Gradients;

        /// <summary>Takes experts' groups until there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Of(Func<int> next)
        {
            var matrix = (long)d * h;
            using var memory = new TileMemory(matrix + Room.Size(d));
            var turned = memory.Take(matrix); // the gradient of the first matrix, (H, D)
            var room = new Room(memory, d);
            for (int at; (at = next()) < rows.Groups.Length;)
            {
                var group = rows.Groups[at];
                var start = 0;
                for (var i = 0; i < group.Experts.Length; i++)
                {
                    var (expert, end) = (group.Experts[i], group.Ends[i]);
                    if (end == start)
                    {
                        Clear(W1Gradients + (expert * matrix), matrix);
                        Clear(W2Gradients + (expert * matrix), matrix);
                    }
                    for (var first = start; first < end; first += Tiles * Most)
                    {
                        var row = group.First + first;
                        var batch = rows.Assignments.Slice(row, Math.Min(Tiles * Most, end - first));
                        Read(batch, room);
                        for (var chunk = 0; chunk < h; chunk += Chunk)
                        {
                            Visit(batch.Length, expert, chunk, turned, room, add: first > start);
                            // While it is near.
                            if (first + (Tiles * Most) >= end) { Turning.Turn(turned + ((long)chunk * d), Math.Min(Chunk, h - chunk), d, d, W1Gradients + (expert * matrix) + chunk, h); }
                        }
                        Give(batch, row, room);
                    }
                    start = end;
                }
            }
        }

        private static void Clear(float* numbers, long count) => System.Runtime.InteropServices.NativeMemory.Clear(numbers, (nuint)count * sizeof(float));

        private void Read(ReadOnlySpan<int> batch, Room room)
        {
            var tile = new ExpertTile<TWord>(d, k);
            for (var first = 0; first < batch.Length; first += Most)
            {
                var assignments = batch.Slice(first, Math.Min(Most, batch.Length - first));
                var at = (long)first * d;
                tile.Turned(X, assignments, room.Along, room.Tokens + at);
                tile.Turned(Gradient, assignments, room.Along, room.Gradients + at);
            }
            tile.Across(X, batch, room.Nothing, room.TokensAcross);
            tile.Across(Gradient, batch, room.Nothing, room.GradientsAcross);
            new Span<float>(room.Gates, Tiles * Most).Clear();
            new Span<float>(room.Dots, Tiles * Most).Clear();
            for (var i = 0; i < batch.Length; i++) { room.Gates[i] = Gates[batch[i]]; }
        }

        // Some hidden units of the expert, for all rows of a batch.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Visit(int batch, int expert, int chunk, float* turned, Room room, bool add)
        {
            var (words, count) = (d / TWord.Numbers, Math.Min(Chunk, h - chunk));
            var matrix = (long)expert * d * h;
            ExpertTile<TWord>.Slices(W1 + matrix + chunk, d, count, h, room.First);
            TWord.Along(W2 + matrix + ((long)chunk * d), count * d, room.Second);
            Panels<TWord>.Turned(W1 + matrix + chunk, d, count, h, room.Along, room.Turned);
            var span = ExpertTile<TWord>.Width(batch) / TWord.Numbers;
            for (var from = 0; from < batch; from += Most)
            {
                var (width, at) = (ExpertTile<TWord>.Width(Math.Min(Most, batch - from)), (long)from * d);
                TWord* units = room.Units + (from / TWord.Numbers), beside = room.Beside + (from / TWord.Numbers);
                var (below, stride) = ((nint)room.Below, width);
                if (TWord.Numbers == 1) { (below, stride) = ((nint)beside, span); } // words are the same both ways
                for (var unit = 0; unit < count; unit += Slice)
                {
                    TWord.Multiply(room.First + ((long)unit * words), 1, Slice, words, room.Tokens + at, width, room.Hidden, width, Slice, width, add: false);
                    TWord.Multiply(room.Second + ((long)unit * words), words, 1, words, room.Gradients + at, width, room.Slopes, width, Slice, width, add: false);
                    var place = (long)unit * span;
                    Differentiate(room, from, width, units + place, (TWord*)below + ((long)unit / TWord.Numbers * stride), stride, beside + place, span);
                }
                Panels<TWord>.Multiply((TWord*)below, 1, stride, count / TWord.Numbers, room.Turned, room.Outputs + at, d, width, d, add: chunk > 0);
            }
            Panels<TWord>.Multiply(room.Units, span, 1, span, room.GradientsAcross, W2Gradients + matrix + ((long)chunk * d), d, count, d, add);
            Panels<TWord>.Multiply(room.Beside, span, 1, span, room.TokensAcross, turned + ((long)chunk * d), d, count, d, add);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Give(ReadOnlySpan<int> batch, int row, Room room)
        {
            for (var i = 0; i < batch.Length; i++)
            {
                GateGradients[batch[i]] = room.Dots[i];
                new ReadOnlySpan<float>(room.Outputs + ((long)i * d), d).CopyTo(new Span<float>(To + ((long)(k == 1 ? batch[i] : row + i) * d), d));
            }
        }

        // Hidden units and their gradients, not weighted → weighted units, and the weighted gradients of what went into GELU.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Differentiate(Room room, int from, int width, TWord* units, TWord* below, int stride, TWord* beside, int span)
        {
            float* hidden = room.Hidden, slopes = room.Slopes, gates = room.Gates + from, dots = room.Dots + from;
            for (var i = 0; i < Slice; i += 2, hidden += 2L * width, slopes += 2L * width, units += 2L * span, below += 2L * stride / TWord.Numbers, beside += 2L * span)
            {
                for (var row = 0; row < width; row += 2 * Lanes)
                {
                    Vector512<float> g0 = Vector512.Load(gates + row), g1 = Vector512.Load(gates + row + Lanes);
                    Vector512<float> dot0 = Vector512.Load(dots + row), dot1 = Vector512.Load(dots + row + Lanes);
                    Of(hidden + row, slopes + row, g0, ref dot0, out var a0, out var d0);
                    Of(hidden + row + Lanes, slopes + row + Lanes, g1, ref dot1, out var a1, out var d1);
                    TWord.Along(a0, a1, units + (row / TWord.Numbers));
                    Of(hidden + width + row, slopes + width + row, g0, ref dot0, out a0, out var e0);
                    Of(hidden + width + row + Lanes, slopes + width + row + Lanes, g1, ref dot1, out a1, out var e1);
                    TWord.Along(a0, a1, units + span + (row / TWord.Numbers));
                    TWord.Both(d0, d1, e0, e1, below + row, stride, beside + (row / TWord.Numbers), span);
                    dot0.Store(dots + row);
                    dot1.Store(dots + row + Lanes);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Of(float* hidden, float* slopes, Vector512<float> gate, ref Vector512<float> dot, out Vector512<float> unit, out Vector512<float> gradient)
        {
            Gelu<TWord>.Of(Vector512.Load(hidden), out var value, out var slope);
            var outer = Vector512.Load(slopes);
            dot = Vector512.FusedMultiplyAdd(value, outer, dot);
            unit = gate * value;
            gradient = gate * outer * slope;
        }
    }

    // What a batch of tiles needs.
    private readonly ref struct Room
    {
        public readonly TWord* First; // slices of (D words, Slice)
        public readonly TWord* Second; // (Chunk, D words)
        public readonly TWord* Turned; // panels of (Chunk words, D)
        public readonly TWord* Along; // (rows, D words), or (rows, Chunk words)
        public readonly TWord* Tokens; // per tile (D words, rows)
        public readonly TWord* Gradients; // per tile (D words, rows): of outputs
        public readonly TWord* TokensAcross; // panels of (row words, D), of all tiles
        public readonly TWord* GradientsAcross;
        public readonly TWord* Units; // (Chunk, row words of all tiles): hidden units, weighted
        public readonly TWord* Beside; // (Chunk, row words of all tiles): the gradients of what goes into GELU
        public readonly TWord* Below; // (Chunk words, rows): the same of one tile; only where words are pairs
        public readonly float* Outputs; // per tile (rows, D)
        public readonly float* Hidden; // (Slice, rows): what goes into GELU
        public readonly float* Slopes; // (Slice, rows): the gradients of hidden units
        public readonly float* Gates; // (rows of all tiles)
        public readonly float* Dots; // (rows of all tiles)
        public readonly float* Nothing; // (D): zeros

        public Room(TileMemory memory, int d)
        {
            First = (TWord*)memory.Take(Chunk * d);
            Second = (TWord*)memory.Take(Chunk * d);
            Turned = (TWord*)memory.Take(Chunk * d);
            Along = (TWord*)memory.Take(Most * Math.Max(d, Chunk));
            Tokens = (TWord*)memory.Take(Tiles * Most * d);
            Gradients = (TWord*)memory.Take(Tiles * Most * d);
            TokensAcross = (TWord*)memory.Take(Tiles * Most * d);
            GradientsAcross = (TWord*)memory.Take(Tiles * Most * d);
            Units = (TWord*)memory.Take(Tiles * Chunk * Most);
            Beside = (TWord*)memory.Take(Tiles * Chunk * Most);
            Below = (TWord*)memory.Take(Chunk * Most);
            Outputs = memory.Take(Tiles * Most * d);
            Hidden = memory.Take(Slice * Most);
            Slopes = memory.Take(Slice * Most);
            Gates = memory.Take(Tiles * Most);
            Dots = memory.Take(Tiles * Most);
            Nothing = memory.Take(d);
            new Span<float>(Nothing, d).Clear();
        }

        public static long Size(int d) =>
            ((long)((5 * Tiles * Most) + (4 * Chunk) + 1) * d) + (((2 * Tiles) + 2) * Chunk * Most) + (2 * Slice * Most) + (2 * Tiles * Most) + (20 * Lanes);
    }
}
