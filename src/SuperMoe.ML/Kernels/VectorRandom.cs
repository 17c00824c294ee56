using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Sixteen generators side by side, each xoshiro128+ (Blackman and Vigna 2021), seeded by SplitMix64. It makes dropout's masks on the processor, where
/// ATen draws one number after another.
/// </summary>
internal sealed class VectorRandom
{
    private const int Lanes = 16;

    private Vector512<uint> _a;
    private Vector512<uint> _b;
    private Vector512<uint> _c;
    private Vector512<uint> _d;

    public VectorRandom(ulong seed)
    {
        _a = Seeded(ref seed);
        _b = Seeded(ref seed);
        _c = Seeded(ref seed);
        _d = Seeded(ref seed);
    }

    /// <summary>Fills <paramref name="values"/> with <paramref name="value"/> at a rate of <paramref name="share"/>, and with 0 elsewhere.</summary>
    /// <param name="values">What is filled.</param>
    /// <param name="share">The probability of a value that is not 0, to 2^-24.</param>
    /// <param name="value">That value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mask(Span<float> values, double share, float value)
    {
        // The low bits of xoshiro128+ are weak; 24 high ones are compared.
        var threshold = Vector512.Create((uint)Math.Round(share * (1 << 24)));
        var kept = Vector512.Create(value);
        var (a, b, c, d) = (_a, _b, _c, _d);
        Span<float> rest = stackalloc float[Lanes];
        for (var i = 0; i < values.Length; i += Lanes)
        {
            var drawn = Vector512.ShiftRightLogical(a + d, 8);
            var t = Vector512.ShiftLeft(b, 9);
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= t;
            d = Vector512.ShiftLeft(d, 11) | Vector512.ShiftRightLogical(d, 21);
            var mask = kept & Vector512.LessThan(drawn, threshold).AsSingle();
            if (i + Lanes <= values.Length)
            {
                mask.CopyTo(values[i..]);
            }
            else
            {
                mask.CopyTo(rest);
                rest[..(values.Length - i)].CopyTo(values[i..]);
            }
        }
        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private static Vector512<uint> Seeded(ref ulong state)
    {
        Span<uint> lanes = stackalloc uint[Lanes];
        for (var i = 0; i < Lanes; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            lanes[i] = (uint)((z ^ (z >> 31)) >> 32);
        }
        return Vector512.Create<uint>(lanes);
    }
}
