using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Random number generators of devices. TorchSharp's own constructor makes one of the CPU whatever the device, which CUDA's operators refuse; here libtorch's own
/// function makes it, which is exported by the library of CUDA's part.
/// </summary>
internal static unsafe class DeviceGenerators
{
    // at::Generator at::cuda::detail::createCUDAGenerator(c10::DeviceIndex), by the names of GCC and of MSVC. An at::Generator is one counted pointer, and is returned
    // where the hidden first argument points to.
    private static readonly string[] s_names = ["_ZN2at4cuda6detail19createCUDAGeneratorEa", "?createCUDAGenerator@detail@cuda@at@@YA?AUGenerator@3@C@Z"];

    private static readonly Lazy<nint> s_create = new(Find);

    /// <summary>A generator with its seed, of <paramref name="device"/>, or of the CPU where none of the device's can be made; <see cref="Generator.device"/> tells.</summary>
    public static Generator Create(ulong seed, Device device)
    {
        if (device.type != DeviceType.CUDA || s_create.Value == 0) { return new Generator(seed, CPU); }
        var index = checked((sbyte)Math.Max(0, device.index));
        return Wrap(seed, device, made => ((delegate* unmanaged<nint*, sbyte, void*>)s_create.Value)(made, index));
    }

    /// <summary>TorchSharp's wrapper around a generator that <paramref name="make"/> writes to where it is told.</summary>
    internal static Generator Wrap(ulong seed, Device device, MakeGenerator make)
    {
        var generator = new Generator(seed, device);
        nint made;
        make(&made);
        // The wrapper owns what was made; the CPU's generator that it had, of some kilobytes, is never seen again.
        *(nint*)Handle(generator) = made;
        return generator.manual_seed((long)seed);
    }

    /// <summary>Writes a new at::Generator to <paramref name="made"/>.</summary>
    internal delegate void MakeGenerator(nint* made);

    private static nint Find()
    {
        var library = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        if (!NativeLibrary.TryLoad(library, out var cuda)) { return 0; }
        foreach (var name in s_names)
        {
            if (NativeLibrary.TryGetExport(cuda, name, out var create)) { return create; }
        }
        return 0;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Handle")]
    private static extern nint Handle(Generator generator);
}
