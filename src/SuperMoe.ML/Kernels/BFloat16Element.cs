using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>bfloat16: the upper half of float32, rounded to nearest, ties to even, as torch rounds.</summary>
internal readonly unsafe struct BFloat16Element : IElement<BFloat16Element>
{
    private const uint NaN = 0x7FC0;

    private readonly ushort _bits;

    private BFloat16Element(ushort bits) => _bits = bits;

    /// <inheritdoc/>
    public static ScalarType Type => ScalarType.BFloat16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlock(BFloat16Element* from, out Vector512<float> first, out Vector512<float> second)
    {
        // Every second number: the lower and the upper halves of 32 bits.
        var pairs = Vector512.Load((uint*)from);
        first = (pairs << 16).AsSingle();
        second = (pairs & Vector512.Create(0xFFFF0000u)).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBlock(Vector512<float> first, Vector512<float> second, BFloat16Element* to)
    {
        // To the nearest; halves up.
        var (lower, upper) = (first.AsUInt32() + Vector512.Create(0x8000u), second.AsUInt32() + Vector512.Create(0x8000u));
        ((lower >>> 16) | (upper & Vector512.Create(0xFFFF0000u))).Store((uint*)to);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x) => Avx512F.IsSupported ? Avx512F.Reciprocal14(x) : Vector512<float>.One / x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => VectorExp.OfNonPositiveRoughly(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(BFloat16Element* from)
    {
        var bits = Vector256.Load((ushort*)from);
        return (Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits)) << 16).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, BFloat16Element* to)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        var upper = Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create(NaN)); // only NaN differs from itself
        Vector256.Narrow(upper.GetLower(), upper.GetUpper()).Store((ushort*)to);
    }

    /// <inheritdoc/>
    public static float Read(BFloat16Element* from) => BitConverter.UInt32BitsToSingle((uint)from->_bits << 16);

    /// <inheritdoc/>
    public static void Write(float value, BFloat16Element* to)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *to = new BFloat16Element((ushort)(float.IsNaN(value) ? NaN : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }
}
