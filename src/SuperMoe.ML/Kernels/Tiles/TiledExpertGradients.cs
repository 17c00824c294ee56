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
            using var memory = new TileMemory((5 * matrix) + Room.Size(d) + (16 * Lanes));
            TWord* firstRoom = (TWord*)memory.Take(matrix), secondRoom = (TWord*)memory.Take(matrix), turnedRoom = (TWord*)memory.Take(matrix);
            float* turnedGradient = memory.Take(matrix), along = memory.Take(matrix);
            var room = new Room(memory, d);
            for (int at; (at = next()) < rows.Groups.Length;)
            {
                var group = rows.Groups[at];
                var start = 0;
                for (var i = 0; i < group.Experts.Length; i++)
                {
                    var (expert, end) = (group.Experts[i], group.Ends[i]);
                    float* w1Gradient = W1Gradients + (expert * matrix), w2Gradient = W2Gradients + (expert * matrix);
                    if (end == start)
                    {
                        Clear(w1Gradient, matrix);
                        Clear(w2Gradient, matrix);
                        continue;
                    }
                    float* w1 = W1 + (expert * matrix), w2 = W2 + (expert * matrix);
                    var weights = new Weights(
                        ExpertMatrix<TWord>.Across(w1, d, h, firstRoom),
                        ExpertMatrix<TWord>.Along(w2, h, d, secondRoom),
                        ExpertMatrix<TWord>.Turned(w1, d, h, (TWord*)along, turnedRoom),
                        turnedGradient,
                        w2Gradient);
                    for (var first = start; first < end; first += Most)
                    {
                        var row = group.First + first;
                        Visit(rows.Assignments.Slice(row, Math.Min(Most, end - first)), row, weights, room, add: first > start);
                    }
                    Turning.Turn(turnedGradient, h, d, d, w1Gradient, h);
                    start = end;
                }
            }
        }

        private static void Clear(float* numbers, long count) => System.Runtime.InteropServices.NativeMemory.Clear(numbers, (nuint)count * sizeof(float));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Visit(ReadOnlySpan<int> assignments, int row, Weights weights, Room room, bool add)
        {
            var tile = new ExpertTile<TWord>(d, k);
            var (words, width) = (d / TWord.Numbers, ExpertTile<TWord>.Width(assignments.Length));
            var wide = width / TWord.Numbers;
            tile.Turned(X, assignments, room.Along, room.Tokens);
            tile.Turned(Gradient, assignments, room.Along, room.Gradients);
            tile.Across(X, assignments, room.Nothing, room.TokensAcross);
            tile.Across(Gradient, assignments, room.Nothing, room.GradientsAcross);
            for (var i = 0; i < width; i++) { room.Gates[i] = i < assignments.Length ? Gates[assignments[i]] : 0; }
            new Span<float>(room.Dots, width).Clear();
            for (var chunk = 0; chunk < h; chunk += Chunk)
            {
                var count = Math.Min(Chunk, h - chunk);
                for (var i = 0; i < count; i += Slice)
                {
                    TWord.Multiply(weights.First + chunk + i, 1, h, words, room.Tokens, width, room.Hidden, width, Slice, width, add: false);
                    TWord.Multiply(weights.Second + ((long)(chunk + i) * words), words, 1, words, room.Gradients, width, room.Slopes, width, Slice, width, add: false);
                    var at = (long)i * wide;
                    Differentiate(room, width, room.Units + at, room.Below + at, room.Beside + at);
                }
                TWord.Multiply(room.Units, wide, 1, wide, room.GradientsAcross, d, weights.SecondGradient + ((long)chunk * d), d, count, d, add);
                TWord.Multiply(room.Beside, wide, 1, wide, room.TokensAcross, d, weights.FirstGradient + ((long)chunk * d), d, count, d, add);
                TWord.Multiply(room.Below, 1, width, count / TWord.Numbers, weights.Turned + ((long)chunk / TWord.Numbers * d), d, room.Outputs, d, width, d, add: chunk > 0);
            }
            for (var i = 0; i < assignments.Length; i++)
            {
                GateGradients[assignments[i]] = room.Dots[i];
                new ReadOnlySpan<float>(room.Outputs + ((long)i * d), d).CopyTo(new Span<float>(To + ((long)(k == 1 ? assignments[i] : row + i) * d), d));
            }
        }

        // Hidden units and their gradients, not weighted → weighted units, and the weighted gradients of what went into GELU.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Differentiate(Room room, int width, TWord* units, TWord* below, TWord* beside)
        {
            var wide = width / TWord.Numbers;
            float* hidden = room.Hidden, slopes = room.Slopes;
            for (var i = 0; i < Slice; i += 2, hidden += 2L * width, slopes += 2L * width, units += 2L * wide, below += 2L * wide, beside += 2L * wide)
            {
                for (var row = 0; row < width; row += 2 * Lanes)
                {
                    Vector512<float> g0 = Vector512.Load(room.Gates + row), g1 = Vector512.Load(room.Gates + row + Lanes);
                    Vector512<float> dot0 = Vector512.Load(room.Dots + row), dot1 = Vector512.Load(room.Dots + row + Lanes);
                    Of(hidden + row, slopes + row, g0, ref dot0, out var a0, out var d0);
                    Of(hidden + row + Lanes, slopes + row + Lanes, g1, ref dot1, out var a1, out var d1);
                    TWord.Along(a0, a1, units + (row / TWord.Numbers));
                    Of(hidden + width + row, slopes + width + row, g0, ref dot0, out a0, out var e0);
                    Of(hidden + width + row + Lanes, slopes + width + row + Lanes, g1, ref dot1, out a1, out var e1);
                    TWord.Along(a0, a1, units + wide + (row / TWord.Numbers));
                    TWord.Both(d0, d1, e0, e1, below + row, beside + (row / TWord.Numbers), width);
                    dot0.Store(room.Dots + row);
                    dot1.Store(room.Dots + row + Lanes);
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

    // An expert's matrices: (D words, H), (H, D words) and (H words, D); and where their gradients are summed, both (H, D).
    private readonly ref struct Weights(TWord* first, TWord* second, TWord* turned, float* firstGradient, float* secondGradient)
    {
        public readonly TWord* First = first;
        public readonly TWord* Second = second;
        public readonly TWord* Turned = turned;
        public readonly float* FirstGradient = firstGradient;
        public readonly float* SecondGradient = secondGradient;
    }

    // What a tile needs.
    private readonly ref struct Room
    {
        public readonly TWord* Along; // (rows, D words)
        public readonly TWord* Tokens; // (D words, rows)
        public readonly TWord* Gradients; // (D words, rows): of outputs
        public readonly TWord* TokensAcross; // (row words, D)
        public readonly TWord* GradientsAcross;
        public readonly TWord* Units; // (Chunk, row words): hidden units, weighted
        public readonly TWord* Below; // (Chunk words, rows): the gradients of what goes into GELU
        public readonly TWord* Beside; // (Chunk, row words): the same
        public readonly float* Outputs; // (rows, D)
        public readonly float* Hidden; // (Slice, rows): what goes into GELU
        public readonly float* Slopes; // (Slice, rows): the gradients of hidden units
        public readonly float* Gates; // (rows)
        public readonly float* Dots; // (rows)
        public readonly float* Nothing; // (D): zeros

        public Room(TileMemory memory, int d)
        {
            Along = (TWord*)memory.Take(Most * d);
            Tokens = (TWord*)memory.Take(Most * d);
            Gradients = (TWord*)memory.Take(Most * d);
            TokensAcross = (TWord*)memory.Take(Most * d);
            GradientsAcross = (TWord*)memory.Take(Most * d);
            Units = (TWord*)memory.Take(Chunk * Most);
            Below = (TWord*)memory.Take(Chunk * Most);
            Beside = TWord.Numbers == 1 ? Below : (TWord*)memory.Take(Chunk * Most);
            Outputs = memory.Take(Most * d);
            Hidden = memory.Take(Slice * Most);
            Slopes = memory.Take(Slice * Most);
            Gates = memory.Take(Most);
            Dots = memory.Take(Most);
            Nothing = memory.Take(d);
            new Span<float>(Nothing, d).Clear();
        }

        public static long Size(int d) => (((6L * Most) + 1) * d) + (3L * Chunk * Most) + (2L * Slice * Most) + (2 * Most) + (8 * Lanes);
    }
}
