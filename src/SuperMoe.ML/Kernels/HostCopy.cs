using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Between managed memory and tensors, without managed copies: TorchSharp's own ways clone an array, and keep it pinned while the tensor lives.</summary>
internal static class HostCopy
{
    /// <summary>A tensor of one dimension on <paramref name="device"/>; the values may change as soon as this returns.</summary>
    public static Tensor Of(ReadOnlySpan<long> values, Device device) => Copy(values, ScalarType.Int64, device);

    /// <inheritdoc cref="Of(ReadOnlySpan{long}, Device)"/>
    public static Tensor Of(ReadOnlySpan<float> values, Device device) => Copy(values, ScalarType.Float32, device);

    /// <summary>The numbers of a contiguous tensor in the processor's memory, for as long as it lives.</summary>
    public static Span<T> View<T>(Tensor host)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(host.bytes);

    private static Tensor Copy<T>(ReadOnlySpan<T> values, ScalarType type, Device device)
        where T : unmanaged
    {
        var host = empty(values.Length, type, CPU);
        if (values.Length > 0) { MemoryMarshal.AsBytes(values).CopyTo(host.bytes); }
        return device.type == TorchSharp.DeviceType.CPU ? host : host.to(device); // from pageable memory: read before the call returns
    }
}
