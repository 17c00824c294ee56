using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
