using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// What moves between tokens and rows sorted by expert, on the CPU: each pass converts, weighs and sums while it moves, so that nothing of T·K rows
/// is held beside the sorted rows themselves. Tokens are contiguous float32, rows contiguous <typeparamref name="TRow"/>.
/// T tokens, K experts a token, R rows, D model.
/// </summary>
internal static unsafe class ExpertPasses<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    private const int Lanes = 16;

    /// <summary>Fills some rows with their tokens; padding becomes 0.</summary>
    /// <param name="tokens">(T, D).</param>
    /// <param name="assignments">Those rows' assignments.</param>
    /// <param name="k">K.</param>
    /// <param name="d">D.</param>
    /// <param name="to">The rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(float* tokens, ReadOnlySpan<int> assignments, int k, int d, TRow* to)
    {
        for (var row = 0; row < assignments.Length; row++, to += d)
        {
            if (assignments[row] == ExpertRows.Padding) { new Span<TRow>(to, d).Clear(); }
            else { Convert(tokens + ((long)(assignments[row] / k) * d), to, d); }
        }
    }

    /// <summary>The sum of a token's K rows, weighted by its gates, or unweighted.</summary>
    /// <param name="rows">(R, D).</param>
    /// <param name="places">(K): the token's rows.</param>
    /// <param name="gates">(K), or null.</param>
    /// <param name="d">D.</param>
    /// <param name="to">(D).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(TRow* rows, ReadOnlySpan<int> places, float* gates, int d, float* to)
    {
        for (var j = 0; j < places.Length; j++)
        {
            var from = rows + ((long)places[j] * d);
            var weight = gates is null ? 1 : gates[j];
            var w = Vector512.Create(weight);
            var i = 0;
            if (j == 0)
            {
                for (; i <= d - Lanes; i += Lanes) { (w * TRow.Load(from + i)).Store(to + i); }
                for (; i < d; i++) { to[i] = weight * TRow.Read(from + i); }
            }
            else
            {
                for (; i <= d - Lanes; i += Lanes) { Vector512.FusedMultiplyAdd(w, TRow.Load(from + i), Vector512.Load(to + i)).Store(to + i); }
                for (; i < d; i++) { to[i] += weight * TRow.Read(from + i); }
            }
        }
    }

    /// <summary>The backward pass of the weighted sum for some rows.</summary>
    /// <param name="gradient">(T, D): of the sum.</param>
    /// <param name="sorted">The rows.</param>
    /// <param name="gates">(T, K).</param>
    /// <param name="assignments">The rows' assignments.</param>
    /// <param name="k">K.</param>
    /// <param name="d">D.</param>
    /// <param name="to">Becomes the rows' gradients: the tokens', each weighted by its gate; 0 in padding.</param>
    /// <param name="gateGradient">(T, K): in the rows' places it becomes the dot products of gradients and rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unsum(float* gradient, TRow* sorted, float* gates, ReadOnlySpan<int> assignments, int k, int d, TRow* to, float* gateGradient)
    {
        for (var row = 0; row < assignments.Length; row++, to += d, sorted += d)
        {
            var i = assignments[row];
            if (i == ExpertRows.Padding) { new Span<TRow>(to, d).Clear(); }
            else { gateGradient[i] = WeighAndDot(gradient + ((long)(i / k) * d), sorted, gates[i], to, d); }
        }
    }

    /// <summary>Writes float32 numbers as those of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert(float* from, TRow* to, long count)
    {
        long i = 0;
        for (; i <= count - Lanes; i += Lanes) { TRow.Store(Vector512.Load(from + i), to + i); }
        for (; i < count; i++) { TRow.Write(from[i], to + i); }
    }

    /// <summary>Writes rows' numbers as float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert(TRow* from, float* to, long count)
    {
        long i = 0;
        for (; i <= count - Lanes; i += Lanes) { TRow.Load(from + i).Store(to + i); }
        for (; i < count; i++) { to[i] = TRow.Read(from + i); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float WeighAndDot(float* gradient, TRow* row, float weight, TRow* to, int d)
    {
        var i = 0;
        var w = Vector512.Create(weight);
        var dots = Vector512<float>.Zero;
        for (; i <= d - Lanes; i += Lanes)
        {
            var g = Vector512.Load(gradient + i);
            dots = Vector512.FusedMultiplyAdd(g, TRow.Load(row + i), dots);
            TRow.Store(w * g, to + i);
        }
        var dot = Vector512.Sum(dots);
        for (; i < d; i++)
        {
            dot += gradient[i] * TRow.Read(row + i);
            TRow.Write(weight * gradient[i], to + i);
        }
        return dot;
    }
}
