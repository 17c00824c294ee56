using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>
/// TorchScript's fuser on GPUs, which is on by default: it compiles groups of operators for the shapes that it meets, for seconds at a time. Batches of sequences have ever new shapes, so
/// that it would go on compiling, and its checks of shapes would precede every call.
/// </summary>
internal static unsafe class TorchFuser
{
    private const string OverrideCanFuseOnGpu = "_ZN5torch3jit20overrideCanFuseOnGPUEb"; // void torch::jit::overrideCanFuseOnGPU(bool), by GCC's name

    /// <summary>Switches it off for the process, where libtorch is built by GCC; elsewhere nothing changes.</summary>
    public static void Off()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libtorch_cpu.so", out var torch) && NativeLibrary.TryGetExport(torch, OverrideCanFuseOnGpu, out var set))
        {
            ((delegate* unmanaged<byte, void>)set)(0);
        }
    }
}
