using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>Sums of tensors, in place of TorchSharp's + and its add and add_ of one argument, which make a Scalar of 1 for each that the collector may free under the native call: see <see cref="Scalars"/>.</summary>
internal static class TensorSums
{
    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, Scalars.Of(1L));

    /// <summary>a + b, of a number that is never collected.</summary>
    public static Tensor Plus(this Tensor a, Scalar b) => a.add(b, Scalars.Of(1L));

    /// <summary>Adds <paramref name="b"/> to <paramref name="a"/> in place.</summary>
    public static Tensor Accumulate(this Tensor a, Tensor b) => a.add_(b, Scalars.Of(1L));

    /// <summary>Adds a number that is never collected to <paramref name="a"/> in place.</summary>
    public static Tensor Accumulate(this Tensor a, Scalar b) => a.add_(b, Scalars.Of(1L));
}
