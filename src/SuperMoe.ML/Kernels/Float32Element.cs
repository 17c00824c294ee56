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
    public static Vector512<float> Load(Float32Element* from) => Vector512.Load((float*)from);

    /// <inheritdoc/>
    public static void Store(Vector512<float> values, Float32Element* to) => values.Store((float*)to);

    /// <inheritdoc/>
    public static float Read(Float32Element* from) => from->_value;

    /// <inheritdoc/>
    public static void Write(float value, Float32Element* to) => *to = new Float32Element(value);
}
