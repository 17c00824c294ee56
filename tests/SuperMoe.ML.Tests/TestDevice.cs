using static TorchSharp.torch;

namespace SuperMoe.ML.Tests;

/// <summary>Where tests compute: the CPU, or what the environment variable SUPERMOE_TEST_DEVICE names (<c>cuda</c>).</summary>
internal static class TestDevice
{
    public static Device Current { get; } = new(Environment.GetEnvironmentVariable("SUPERMOE_TEST_DEVICE") is { Length: > 0 } name ? name : "cpu");

    /// <summary>Whether it is a GPU of CUDA's.</summary>
    public static bool IsCuda => Current.type == TorchSharp.DeviceType.CUDA;

    /// <summary>A copy of <paramref name="values"/> on the device.</summary>
    public static Tensor Tensor(float[] values, params long[] shape) => tensor(values, shape.Length == 0 ? [values.Length] : shape, device: Current);

    /// <summary>A copy of <paramref name="values"/> on the device.</summary>
    public static Tensor Tensor(params long[] values) => tensor(values, device: Current);

    /// <summary>Normally distributed numbers, the same on every device.</summary>
    public static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator).to(Current);
    }

    /// <summary>The numbers of <paramref name="values"/>.</summary>
    public static float[] Read(Tensor values) => values.detach().cpu().contiguous().data<float>().ToArray();
}
