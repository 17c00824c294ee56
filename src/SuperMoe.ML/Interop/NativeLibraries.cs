using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Loads libtorch and TorchSharp's shim before TorchSharp's first use on Linux, where the shim asks for a newer
/// libstdc++ (GLIBCXX_3.4.32, GCC 13) than Debian 12, Ubuntu 22.04 and RHEL 9 have. The only symbol behind that
/// version is a marker that nothing calls, so a private copy of the shim with that need marked weak loads and works
/// there (see <see cref="MarkedShim"/>). TorchSharp then finds the shim by its soname and copies nothing itself.
/// Elsewhere TorchSharp's own loading does.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lazy<DllNotFoundException?> s_early = new(Preload);
    private static readonly Lazy<DllNotFoundException?> s_failure = new(() => s_early.Value ?? StartTorchSharp());

    /// <summary>Why CUDA's part of libtorch, though present, did not load; null where it did or is not there.</summary>
    public static string? CudaFailure { get; private set; }

    /// <summary>Loads the natives once; throws the reason where they cannot be loaded.</summary>
    /// <exception cref="DllNotFoundException">libtorch or the shim is missing or does not load; the message says which and why.</exception>
    public static void EnsureLoaded()
    {
        if (s_failure.Value is { } failure)
        {
            throw new DllNotFoundException(failure.Message, failure);
        }
    }

#pragma warning disable CA2255 // A library that needs its natives in place before the first call of another library
    // Throws nothing: an app may still load the natives in its own way. EnsureLoaded reports the failure.
    [ModuleInitializer]
    internal static void LoadEarly() => _ = s_early.Value;
#pragma warning restore CA2255

    private static DllNotFoundException? Preload()
    {
        if (NativeLoadError.Unsupported() is { } unsupported) { return new DllNotFoundException(unsupported); }
        KernelCache.Bound();
        if (!OperatingSystem.IsLinux()) { return null; }
        try
        {
            FreedMemory.Keep();
            var path = NativeSearchPath.OfThisProcess();
            // Whoever loaded the shim before has settled where libtorch is from; a second copy would end the process.
            if (LoadedLibraries.Contain(MarkedShim.FileName)) { return null; }
            LoadLibtorch(path);
            LoadShim(path);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or InvalidDataException
            or IOException or UnauthorizedAccessException)
        {
            return e as DllNotFoundException ?? new DllNotFoundException(NativeLoadError.Explain(MarkedShim.FileName, e.Message), e);
        }
    }

    private static void LoadLibtorch(NativeSearchPath path)
    {
        // All from one directory: parts of two builds do not go together. None: leave it to the dynamic linker.
        var directory = LoadedLibraries.Contain("libtorch_cpu.so") ? null : path.DirectoryOf("libtorch_cpu.so");
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
        {
            Load(directory is null ? library : Path.Combine(directory, library));
        }
        // CUDA's kernels register themselves when their library loads; without a driver the CPU's still work.
        var cuda = directory is null ? "libtorch_cuda.so" : Path.Combine(directory, "libtorch_cuda.so");
        if (!Path.IsPathRooted(cuda) || File.Exists(cuda)) { CudaFailure = TryLoadCuda(cuda); }
    }

    private static string? TryLoadCuda(string library)
    {
        try
        {
            NativeLibrary.Load(library);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return Path.IsPathRooted(library) ? NativeLoadError.Explain(library, e.Message) : null;
        }
    }

    private static void LoadShim(NativeSearchPath path)
    {
        var directory = path.DirectoryOf(MarkedShim.FileName)
            ?? throw new DllNotFoundException(NativeLoadError.NotFound(MarkedShim.FileName, path.Directories));
        var shim = Path.Combine(directory, MarkedShim.FileName);
        try
        {
            NativeLibrary.Load(shim);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(MarkedShim.MissingVersion, StringComparison.Ordinal))
        {
            MarkedShim.Load(shim, MarkedShim.CacheDirectory(), Load);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(NativeLoadError.Explain(shim, e.Message), e);
        }
    }

    private static void Load(string library)
    {
        try
        {
            NativeLibrary.Load(library);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(NativeLoadError.Explain(library, e.Message), e);
        }
    }

    private static DllNotFoundException? StartTorchSharp()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            return new DllNotFoundException(NativeLoadError.OfTorchSharp(e), e);
        }
    }
}
