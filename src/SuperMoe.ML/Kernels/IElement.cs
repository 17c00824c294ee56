using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>How a number is held in memory; computed with in float32.</summary>
internal unsafe interface IElement<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>Torch's name of it.</summary>
    static abstract ScalarType Type { get; }

    /// <summary>Reads sixteen numbers.</summary>
    static abstract Vector512<float> Load(TSelf* from);

    /// <summary>Writes sixteen numbers.</summary>
    static abstract void Store(Vector512<float> values, TSelf* to);

    /// <summary>Reads one number.</summary>
    static abstract float Read(TSelf* from);

    /// <summary>Writes one number.</summary>
    static abstract void Write(float value, TSelf* to);
}
