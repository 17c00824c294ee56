using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// Where dropout and negatives come from: generators of its own, so that torch's global one stays as the user left it.
/// A model without one is in inference: nothing is dropped.
/// </summary>
internal sealed class RandomSource(int seed, Device device) : IDisposable
{
    private readonly VectorRandom _lanes = new((ulong)seed);
    private readonly Generator _generator = DeviceGenerators.Create((ulong)seed, device);

    /// <summary>Zeroes a share <paramref name="p"/> of <paramref name="x"/> and scales the rest up (Srivastava et al. 2014).</summary>
    public Tensor Dropout(Tensor x, double p) => p == 0 ? x : x * Mask(x.shape, 1 - p, 1 / (1 - p));

    /// <summary>Draws <paramref name="value"/> at a rate of <paramref name="share"/>, and 0 elsewhere; float32.</summary>
    public unsafe Tensor Mask(long[] shape, double share, double value = 1)
    {
        var mask = empty(shape, ScalarType.Float32, _generator.device);
        if (_generator.device.type != DeviceType.CPU) { return mask.bernoulli_(share, _generator).mul_(Scalars.Of(value)); }
        _lanes.Mask(new Span<float>((float*)RawMemory.Start(mask, ScalarType.Float32), checked((int)mask.numel())), share, (float)value);
        return mask.to(device);
    }

    /// <summary>Draws numbers from 0 up to, not including, 1; float64.</summary>
    public Tensor Uniform(params long[] shape) => empty(shape, ScalarType.Float64, _generator.device).uniform_(0, 1, _generator).to(device);

    public void Dispose() => _generator.Dispose();
}
