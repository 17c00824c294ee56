using Microsoft.ML.Runtime;
using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Estimators;

/// <summary>From MLContext.GpuDeviceId and MLContext.FallbackToCpu to torch's device.</summary>
internal static class ComputeDevice
{
    /// <summary>The device to compute on: the CPU where no GPU is named.</summary>
    /// <exception cref="InvalidOperationException">The GPU that is named is not there, and FallbackToCpu is off.</exception>
    public static torch.Device Resolve(IHost host, IChannel channel)
    {
        NativeLibraries.EnsureLoaded();
        if (MLNetHost.GpuDeviceId(host) is not { } index) { return torch.CPU; }
        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (index >= 0 && index < count) { return new torch.Device(DeviceType.CUDA, index); }
        var problem = count == 0
            ? $"MLContext.GpuDeviceId is {index}, but no CUDA device is available: the machine has none, or the app references a CPU build of libtorch.{CudaFailure()}"
            : $"MLContext.GpuDeviceId is {index}; allowed is 0 to {count - 1}, or null for the CPU.";
        if (!MLNetHost.FallbackToCpu(host))
        {
            throw new InvalidOperationException($"{problem} Set MLContext.FallbackToCpu to use the CPU instead.");
        }
        channel.Warning("{0}", $"{problem} The CPU is used instead, since MLContext.FallbackToCpu is set.");
        return torch.CPU;
    }

    // CUDA's part of libtorch may be there and not load, such as without a driver.
    private static string CudaFailure() => NativeLibraries.CudaFailure is { } reason ? $" {reason}" : "";
}
