using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>Functions as exactly as the numbers that they are for can tell apart.</summary>
internal interface IAccuracy<TSelf>
    where TSelf : IAccuracy<TSelf>
{
    /// <summary>1 / x.</summary>
    static abstract Vector512<float> Reciprocal(Vector512<float> x);

    /// <summary>e^x for x of at most 0; NaN of NaN.</summary>
    static abstract Vector512<float> Exp(Vector512<float> x);
}
