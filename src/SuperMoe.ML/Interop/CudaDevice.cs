using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>What CUDA's driver tells of a device and TorchSharp does not.</summary>
internal static unsafe class CudaDevice
{
    private const int ComputeCapabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR

    private static readonly ConcurrentDictionary<int, int> s_majors = new();

    /// <summary>The first number of the compute capability: 7 for Turing, 8 for Ampere and Ada, 9 for Hopper, 10 and 12 for Blackwell; 0 where no driver tells.</summary>
    /// <param name="index">The device; -1 for the first.</param>
    public static int Major(int index) => s_majors.GetOrAdd(Math.Max(0, index), Ask);

    private static int Ask(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)) { return 0; }
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var attribute)) { return 0; }
        int device, major;
        return ((delegate* unmanaged<uint, int>)init)(0) == 0
            && ((delegate* unmanaged<int*, int, int>)get)(&device, index) == 0
            && ((delegate* unmanaged<int*, int, int, int>)attribute)(&major, ComputeCapabilityMajor, device) == 0
            ? major
            : 0;
    }
}
