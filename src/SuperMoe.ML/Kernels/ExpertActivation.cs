using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// GELU, x·Φ(x), together with its derivative, which shares its costly parts: so the backward pass only multiplies. Φ by formula 7.1.26 of Abramowitz and
/// Stegun, as torch computes it, to 1.5e-7.
/// </summary>
internal static unsafe class ExpertActivation<TRow>
    where TRow : unmanaged, IElement<TRow>
{
    private const int Lanes = 16;

    /// <summary>Applies it.</summary>
    /// <param name="x">The inputs; if <paramref name="slopes"/>, they become the derivatives.</param>
    /// <param name="to">Becomes the outputs; may be <paramref name="x"/> if not <paramref name="slopes"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="slopes">Whether derivatives are asked for.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(TRow* x, TRow* to, long count, bool slopes)
    {
        long i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            var (y, slope) = Gelu(TRow.Load(x + i));
            TRow.Store(y, to + i);
            if (slopes) { TRow.Store(slope, x + i); }
        }
        for (; i < count; i++)
        {
            var (y, slope) = Gelu(Vector512.Create(TRow.Read(x + i)));
            TRow.Write(y.ToScalar(), to + i);
            if (slopes) { TRow.Write(slope.ToScalar(), x + i); }
        }
    }

    /// <summary>Multiplies gradients by derivatives, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(TRow* gradients, TRow* slopes, long count)
    {
        long i = 0;
        for (; i <= count - Lanes; i += Lanes) { TRow.Store(TRow.Load(gradients + i) * TRow.Load(slopes + i), gradients + i); }
        for (; i < count; i++) { TRow.Write(TRow.Read(gradients + i) * TRow.Read(slopes + i), gradients + i); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Value, Vector512<float> Slope) Gelu(Vector512<float> x)
    {
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * 0.70710678f), Vector512<float>.One);
        var e = VectorExp.OfNonPositive(x * x * Vector512.Create(-0.5f));
        // Half of the formula's coefficients: the tail of one side.
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(0.5307027145f), t, Vector512.Create(-0.7265760135f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.7107068705f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.142248368f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.127414796f));
        var tail = p * t * e;
        var phi = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
        return (x * phi, Vector512.FusedMultiplyAdd(x * Vector512.Create(0.39894228f), e, phi));
    }
}
