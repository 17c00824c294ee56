using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>How a number is held in memory; computed with in float32.</summary>
internal unsafe interface IElement<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>Torch's name of it.</summary>
    static abstract ScalarType Type { get; }

    /// <summary>Reads eight numbers.</summary>
    static abstract Vector256<float> Load(TSelf* from);

    /// <summary>Writes eight numbers.</summary>
    static abstract void Store(Vector256<float> values, TSelf* to);

    /// <summary>Reads one number.</summary>
    static abstract float Read(TSelf* from);

    /// <summary>Writes one number.</summary>
    static abstract void Write(float value, TSelf* to);
}
