using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>One float32 number.</summary>
internal readonly unsafe struct Float32Word : IWord<Float32Word>
{
    private const int Lanes = 16;
    private const int Rows = 4;
    private const int Vectors = 4;

#pragma warning disable CS0169, IDE0051, CA1823 // It is there for its size: words are written by whole vectors.
    private readonly float _value;
#pragma warning restore CS0169, IDE0051, CA1823

    /// <inheritdoc/>
    public static bool Suits => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <inheritdoc/>
    public static int Numbers => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        Float32Word* a, int across, int along, int steps, Float32Word* b, int width, float* to, int stride, int rows, int columns, bool add)
    {
        var column = 0;
        for (; column + (Vectors * Lanes) <= columns; column += Vectors * Lanes)
        {
            for (var row = 0; row < rows; row += Rows)
            {
                SmallProducts.Tile((float*)a + ((long)row * across), across, along, steps, (float*)b + column, width, to + ((long)row * stride) + column, stride, add, null);
            }
        }
        for (; column < columns; column += Lanes)
        {
            for (var row = 0; row < rows; row += Rows)
            {
                Column((float*)a + ((long)row * across), across, along, steps, (float*)b + column, width, to + ((long)row * stride) + column, stride, add);
            }
        }
    }

    /// <inheritdoc/>
    public static void Along(float* from, int count, Float32Word* to) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    /// <inheritdoc/>
    public static void Across(float* first, float* second, int count, Float32Word* to) => Along(first, count, to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Both(
        Vector512<float> a0, Vector512<float> a1, Vector512<float> b0, Vector512<float> b1, Float32Word* across, int width, Float32Word* along, int stride)
    {
        Across(a0, b0, across, width);
        Across(a1, b1, across + Lanes, width);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Across(Vector512<float> a, Vector512<float> b, Float32Word* to, int width)
    {
        a.Store((float*)to);
        b.Store((float*)to + width);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Along(Vector512<float> first, Vector512<float> second, Float32Word* to)
    {
        first.Store((float*)to);
        second.Store((float*)to + Lanes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x)
    {
        // A step of Newton's doubles the 14 bits.
        var near = Avx512F.Reciprocal14(x);
        return near * Vector512.FusedMultiplyAdd(-x, near, Vector512.Create(2f));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => VectorExp.OfNonPositive(x);

    // 4 rows × 1 vector.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Column(float* a, int across, int along, int steps, float* b, int width, float* to, int stride, bool add)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        float* a1 = a + across, a2 = a1 + across, a3 = a2 + across;
        for (long i = 0, at = 0; i < steps; i++, at += along, b += width)
        {
            var column = Vector512.Load(b);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), column, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[at]), column, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[at]), column, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[at]), column, s3);
        }
        Store(s0, to, add);
        Store(s1, to + stride, add);
        Store(s2, to + (2L * stride), add);
        Store(s3, to + (3L * stride), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sum, float* to, bool add) => (add ? sum + Vector512.Load(to) : sum).Store(to);
}
