using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>GELU, x·Φ(x) (Hendrycks and Gimpel 2016), and its derivative. Φ by formula 7.1.26 of Abramowitz and Stegun, to 1.5e-7, or as exactly as <typeparamref name="TAccuracy"/> has it.</summary>
internal static class Gelu<TAccuracy>
    where TAccuracy : IAccuracy<TAccuracy>
{
    /// <summary>Of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of(Vector512<float> x, out Vector512<float> value, out Vector512<float> slope)
    {
        var t = TAccuracy.Reciprocal(Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * 0.70710678f), Vector512<float>.One));
        var e = TAccuracy.Exp(x * x * Vector512.Create(-0.5f));
        // Half of the formula's coefficients: the tail of one side.
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(0.5307027145f), t, Vector512.Create(-0.7265760135f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.7107068705f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.142248368f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.127414796f));
        var tail = p * t * e;
        var phi = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
        value = x * phi;
        slope = Vector512.FusedMultiplyAdd(x * Vector512.Create(0.39894228f), e, phi);
    }
}
