using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>e^x for x of at most 0, sixteen numbers at a time, to 2e-7 relative. Below -87 it is e^-87, the smallest that is no denormal number; of NaN it is NaN.</summary>
internal static class VectorExp
{
    private const float Least = -87;
    private const float Log2E = 1.44269504f;
    private const float Rounder = 12582912; // 1.5 · 2^23: what it is added to is rounded, and the whole number stands in the low bits

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfNonPositive(Vector512<float> x)
    {
        // e^x = 2^n · e^r with n = round(x / ln 2) and |r| at most ln(2) / 2, by Taylor's series to the sixth power.
        x = Vector512.MaxNative(Vector512.Create(Least), x); // of a number and NaN, x86's maximum is the second
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Rounder));
        var n = shifted - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x); // ln 2 in two parts (Cody and Waite 1980)
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1f / 720);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), 23)).AsSingle(); // 2^n into the exponent
    }

    /// <summary>The same to 5e-5 relative, a fraction of what bfloat16 tells apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfNonPositiveRoughly(Vector512<float> x)
    {
        x = Vector512.MaxNative(Vector512.Create(Least), x);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Rounder));
        var r = Vector512.FusedMultiplyAdd(shifted - Vector512.Create(Rounder), Vector512.Create(-0.69314718f), x);
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1f / 24), r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
    }
}
