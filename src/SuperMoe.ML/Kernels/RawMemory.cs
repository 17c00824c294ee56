using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Where a tensor's numbers are in the processor's memory, whatever their size: a span of bytes ends at 2 GiB.</summary>
internal static class RawMemory
{
    /// <summary>
    /// The address of the first number, or 0 if there is none. It is native memory, which no collector moves; it is valid as long as the tensor lives, so
    /// the caller keeps that alive.
    /// </summary>
    /// <param name="tensor">Contiguous, on the CPU.</param>
    /// <param name="type">What the caller reads it as.</param>
    /// <exception cref="ArgumentException">The tensor is of another type, on another device or not contiguous.</exception>
    public static unsafe nint Start(Tensor tensor, ScalarType type)
    {
        if (tensor.dtype != type || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            var order = tensor.is_contiguous() ? "contiguous" : "not contiguous";
            throw new ArgumentException($"The tensor is {tensor.dtype} on {tensor.device}, {order}; needed is {type} on cpu, contiguous.", nameof(tensor));
        }
        var count = tensor.numel();
        if (count == 0) { return 0; }
        if (count <= int.MaxValue / tensor.element_size())
        {
            fixed (byte* start = tensor.bytes) { return (nint)start; }
        }
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* start = first.bytes) { return (nint)start; }
    }
}
