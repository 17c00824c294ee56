using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// The experts' forward pass by tiles of rows, from tokens to outputs without leaving the processor's near caches; a thread takes expert after expert. For the backward pass
/// nothing is kept: it computes the hidden units anew.
/// T tokens, D model, H hidden units of an expert, E experts, K experts a token, R rows.
/// </summary>
internal static unsafe class TiledExperts<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    private const int Most = ExpertTile<TWord>.Most;
    private const int Slice = ExpertTile<TWord>.Slice;
    private const int Chunk = ExpertTile<TWord>.Chunk;
    private const int Tiles = ExpertTile<TWord>.Together;
    private const int Lanes = 16;

    /// <summary>Whether the processor has what they need, and D and H are multiples of 32.</summary>
    /// <param name="w1">(E, D, H).</param>
    public static bool Suits(Tensor w1) => TWord.Suits && w1.size(1) % ExpertTile<TWord>.Columns == 0 && w1.size(2) % Slice == 0;

    /// <summary>The output, (T, D) float32. All arguments are contiguous.</summary>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="rows">Where assignments stand, without padding.</param>
    public static Tensor Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows)
    {
        int d = (int)x.size(1), h = (int)w1.size(2), k = (int)gates.size(1);
        var output = empty(x.size(0), d, ScalarType.Float32, CPU);
        using var sorted = new PooledNumbers(k == 1 ? 1 : (long)rows.Count * d);
        var pass = new Pass(Numbers(x), Numbers(gates), Numbers(w1), Numbers(w2), rows, d, h, k, k == 1 ? Numbers(output) : Numbers(sorted.Tensor));
        ExpertWork.Side(ExpertWork.Workers(rows.Count, (long)d * h), rows, pass.Of);
        if (k > 1) { ExpertWork.Sum(Numbers(sorted.Tensor), rows.Places, k, d, Numbers(output)); }
        GC.KeepAlive((x, gates, w1, w2));
        return output;
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    // What is read and written. To: (T, D), or if a token has several experts (R, D).
    private sealed class Pass(float* x, float* gates, float* w1, float* w2, ExpertRows rows, int d, int h, int k, float* to)
    {
        /// <summary>Takes experts' groups until there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Of(Func<int> next)
        {
            long matrix = (long)d * h, tile = (long)Most * d;
            var words = d / TWord.Numbers;
            using var memory = new TileMemory(((1 + (2 * Tiles)) * tile) + (2 * Chunk * d) + ((Chunk + Slice) * Most) + (8 * Lanes));
            TWord* along = (TWord*)memory.Take(tile), turned = (TWord*)memory.Take(Tiles * tile), units = (TWord*)memory.Take(Chunk * Most);
            TWord* first = (TWord*)memory.Take(Chunk * d), second = (TWord*)memory.Take(Chunk * d);
            float* outputs = memory.Take(Tiles * tile), slice = memory.Take(Slice * Most);
            for (int at; (at = next()) < rows.Groups.Length;)
            {
                var group = rows.Groups[at];
                var start = 0;
                for (var i = 0; i < group.Experts.Length; i++)
                {
                    var (expert, end) = (group.Experts[i], group.Ends[i]);
                    for (; start < end; start += Tiles * Most)
                    {
                        var row = group.First + start;
                        var batch = rows.Assignments.Slice(row, Math.Min(Tiles * Most, end - start));
                        for (var from = 0; from < batch.Length; from += Most) { new ExpertTile<TWord>(d, k).Turned(x, Tile(batch, from), along, turned + ((long)from * d)); }
                        for (var chunk = 0; chunk < h; chunk += Chunk)
                        {
                            var count = Math.Min(Chunk, h - chunk);
                            ExpertTile<TWord>.Slices(w1 + (expert * matrix) + chunk, d, count, h, first);
                            Panels<TWord>.Across(w2 + (expert * matrix) + ((long)chunk * d), count, d, d, second);
                            for (var from = 0; from < batch.Length; from += Most)
                            {
                                var width = ExpertTile<TWord>.Width(Tile(batch, from).Length);
                                for (var unit = 0; unit < count; unit += Slice)
                                {
                                    TWord.Multiply(first + ((long)unit * words), 1, Slice, words, turned + ((long)from * d), width, slice, width, Slice, width, add: false);
                                    Activate(slice, width, units + ((long)unit * width / TWord.Numbers));
                                }
                                Panels<TWord>.Multiply(units, 1, width, count / TWord.Numbers, second, outputs + ((long)from * d), d, width, d, add: chunk > 0);
                            }
                        }
                        Give(batch, row, outputs);
                    }
                    start = end;
                }
            }
        }

        private static ReadOnlySpan<int> Tile(ReadOnlySpan<int> batch, int first) => batch.Slice(first, Math.Min(Most, batch.Length - first));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Activate(float* slice, int width, TWord* units)
        {
            for (var i = 0; i < Slice; i += 2, slice += 2L * width, units += 2L * width / TWord.Numbers)
            {
                for (var row = 0; row < width; row += Lanes)
                {
                    Gelu<TWord>.Of(Vector512.Load(slice + row), out var a, out _);
                    Gelu<TWord>.Of(Vector512.Load(slice + width + row), out var b, out _);
                    TWord.Across(a, b, units + row, width);
                }
            }
        }

        // Each output times its gate, to its token if that has no other, else to its row.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Give(ReadOnlySpan<int> assignments, int row, float* outputs)
        {
            for (var i = 0; i < assignments.Length; i++, outputs += d)
            {
                var place = to + ((long)(k == 1 ? assignments[i] : row + i) * d);
                var gate = Vector512.Create(gates[assignments[i]]);
                for (var j = 0; j < d; j += Lanes) { (gate * Vector512.Load(outputs + j)).Store(place + j); }
            }
        }
    }
}
