using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// What moves between tokens and rows sorted by expert, on the CPU: each pass converts, weighs and sums while it moves, so that nothing of T·K rows
/// is held beside the sorted rows themselves. Tokens are contiguous float32, rows contiguous <typeparamref name="TRow"/>.
/// T tokens, K experts a token, R rows, D model.
/// </summary>
internal static unsafe class ExpertPasses<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    private const int Lanes = 8;
    private const int TokensOfPart = 512;

    /// <summary>(T, D) → (R, D): each token in its K rows; padding is 0.</summary>
    public static void Scatter(Tensor tokens, ExpertRows rows, int k, Tensor to)
    {
        var x = (float*)RawMemory.Start(tokens, ScalarType.Float32);
        var y = (TRow*)RawMemory.Start(to, TRow.Type);
        var d = (int)to.shape[1];
        Clear(rows, y, d);
        ForTokens(rows.Places.Length / k, t =>
        {
            var places = rows.Places.AsSpan(t * k, k);
            foreach (var place in places) { Copy(x + ((long)t * d), y + ((long)place * d), d); }
        });
        GC.KeepAlive((tokens, to));
    }

    /// <summary>(R, D) → (T, D): the sum of each token's K rows, weighted by <paramref name="gates"/>, (T, K), or unweighted.</summary>
    public static void Sum(Tensor sorted, Tensor? gates, ExpertRows rows, int k, Tensor to)
    {
        var y = (TRow*)RawMemory.Start(sorted, TRow.Type);
        var x = (float*)RawMemory.Start(to, ScalarType.Float32);
        var d = (int)to.shape[1];
        var weights = gates is null ? null : (float*)RawMemory.Start(gates, ScalarType.Float32);
        ForTokens(rows.Places.Length / k, t =>
        {
            var sum = x + ((long)t * d);
            new Span<float>(sum, d).Clear();
            for (var j = 0; j < k; j++)
            {
                var i = (t * k) + j;
                Add(y + ((long)rows.Places[i] * d), weights is null ? 1 : weights[i], sum, d);
            }
        });
        GC.KeepAlive((sorted, gates, to));
    }

    /// <summary>
    /// The backward pass of the weighted sum: (T, D) gradients → the rows', (R, D), each weighted by its gate, with 0 in padding; and the gates', (T, K),
    /// the dot products of gradients and <paramref name="sorted"/>, (R, D).
    /// </summary>
    public static void Unsum(Tensor gradient, Tensor sorted, Tensor gates, ExpertRows rows, int k, Tensor sortedGradient, Tensor gateGradient)
    {
        var dx = (float*)RawMemory.Start(gradient, ScalarType.Float32);
        var y = (TRow*)RawMemory.Start(sorted, TRow.Type);
        var g = (float*)RawMemory.Start(gates, ScalarType.Float32);
        var dy = (TRow*)RawMemory.Start(sortedGradient, TRow.Type);
        var dg = (float*)RawMemory.Start(gateGradient, ScalarType.Float32);
        var d = (int)gradient.shape[1];
        Clear(rows, dy, d);
        ForTokens(rows.Places.Length / k, t =>
        {
            for (var i = t * k; i < (t + 1) * k; i++)
            {
                var row = (long)rows.Places[i] * d;
                dg[i] = WeighAndDot(dx + ((long)t * d), y + row, g[i], dy + row, d);
            }
        });
        GC.KeepAlive((gradient, sorted, gates, sortedGradient, gateGradient));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, TRow* to, int d)
    {
        var i = 0;
        for (; i <= d - Lanes; i += Lanes) { TRow.Store(Vector256.Load(from + i), to + i); }
        for (; i < d; i++) { TRow.Write(from[i], to + i); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TRow* from, float weight, float* sum, int d)
    {
        var i = 0;
        var w = Vector256.Create(weight);
        for (; i <= d - Lanes; i += Lanes) { (Vector256.Load(sum + i) + (w * TRow.Load(from + i))).Store(sum + i); }
        for (; i < d; i++) { sum[i] += weight * TRow.Read(from + i); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float WeighAndDot(float* gradient, TRow* row, float weight, TRow* to, int d)
    {
        var i = 0;
        var w = Vector256.Create(weight);
        var dots = Vector256<float>.Zero;
        for (; i <= d - Lanes; i += Lanes)
        {
            var g = Vector256.Load(gradient + i);
            dots += g * TRow.Load(row + i);
            TRow.Store(w * g, to + i);
        }
        var dot = Vector256.Sum(dots);
        for (; i < d; i++)
        {
            dot += gradient[i] * TRow.Read(row + i);
            TRow.Write(weight * gradient[i], to + i);
        }
        return dot;
    }

    private static void Clear(ExpertRows rows, TRow* values, int d)
    {
        for (var e = 0; e < rows.Counts.Length; e++)
        {
            var padding = (e == 0 ? 0 : rows.Ends[e - 1]) + rows.Counts[e];
            for (var row = padding; row < rows.Ends[e]; row++) { new Span<TRow>(values + ((long)row * d), d).Clear(); }
        }
    }

    private static void ForTokens(int tokens, Action<int> visit) => CpuParts.Run(tokens, TokensOfPart, visit);
}
