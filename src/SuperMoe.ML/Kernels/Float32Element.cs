using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Element : IElement<Float32Element>
{
    private readonly float _value;

    private Float32Element(float value) => _value = value;

    /// <inheritdoc/>
    public static ScalarType Type => ScalarType.Float32;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlock(Float32Element* from, out Vector512<float> first, out Vector512<float> second) =>
        (first, second) = (Load(from), Load(from + Vector512<float>.Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBlock(Vector512<float> first, Vector512<float> second, Float32Element* to)
    {
        Store(first, to);
        Store(second, to + Vector512<float>.Count);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x) => Vector512<float>.One / x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => VectorExp.OfNonPositive(x);

    /// <inheritdoc/>
    public static Vector512<float> Load(Float32Element* from) => Vector512.Load((float*)from);

    /// <inheritdoc/>
    public static void Store(Vector512<float> values, Float32Element* to) => values.Store((float*)to);

    /// <inheritdoc/>
    public static float Read(Float32Element* from) => from->_value;

    /// <inheritdoc/>
    public static void Write(float value, Float32Element* to) => *to = new Float32Element(value);
}
