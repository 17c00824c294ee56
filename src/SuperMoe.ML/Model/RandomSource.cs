using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// Where weights, dropout and negatives come from: a generator of its own, so that torch's global one stays as the user left it.
/// A model without one is in inference: nothing is dropped.
/// </summary>
internal sealed class RandomSource(int seed, Device device) : IDisposable
{
    public Generator Generator { get; } = new((ulong)seed, device);

    /// <summary>Zeroes a share <paramref name="p"/> of <paramref name="x"/> and scales the rest up (Srivastava et al. 2014).</summary>
    public Tensor Dropout(Tensor x, double p)
    {
        if (p == 0) { return x; }
        var keep = empty_like(x, requires_grad: false).bernoulli_(1 - p, Generator).mul_(Scalars.Of(1 / (1 - p)));
        return x * keep;
    }

    public void Dispose() => Generator.Dispose();
}
