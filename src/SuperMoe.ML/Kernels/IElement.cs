using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>How a number is held in memory; computed with in float32.</summary>
internal unsafe interface IElement<TSelf> : IAccuracy<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>Torch's name of it.</summary>
    static abstract ScalarType Type { get; }

    /// <summary>How many numbers are best taken at once, in an order that is the same in reading and writing: two vectors of them.</summary>
    const int Block = 32;

    /// <summary>Reads a block.</summary>
    static abstract void LoadBlock(TSelf* from, out Vector512<float> first, out Vector512<float> second);

    /// <summary>Writes a block of numbers that were computed from such numbers: NaN only as it comes from there.</summary>
    static abstract void StoreBlock(Vector512<float> first, Vector512<float> second, TSelf* to);

    /// <summary>Reads sixteen numbers.</summary>
    static abstract Vector512<float> Load(TSelf* from);

    /// <summary>Writes sixteen numbers.</summary>
    static abstract void Store(Vector512<float> values, TSelf* to);

    /// <summary>Reads one number.</summary>
    static abstract float Read(TSelf* from);

    /// <summary>Writes one number.</summary>
    static abstract void Write(float value, TSelf* to);
}
