using System.Collections.Concurrent;
using TorchSharp;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Numbers as torch's scalars that are never collected. TorchSharp turns a number beside a tensor into a Scalar, takes its handle and forgets
/// it: if the garbage collector runs just then, the finalizer frees the number while the native operator reads it (seen as "Expected false to be
/// true" from Scalar.h; TorchSharp pull requests 1434 and 1496). Only for numbers that recur; one that changes with every step is made a tensor.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> s_reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> s_integers = new();

    /// <summary>A real number.</summary>
    public static Scalar Of(double value) => s_reals.GetOrAdd(value, v => v.ToScalar());

    /// <summary>A whole number.</summary>
    public static Scalar Of(long value) => s_integers.GetOrAdd(value, v => v.ToScalar());
}
