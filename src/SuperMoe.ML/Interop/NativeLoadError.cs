using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>What to tell a user when the natives do not load: the cause, then the cure.</summary>
internal static class NativeLoadError
{
    private static string Platform => OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsWindows() ? "win" : "?";

    /// <summary>Why TorchSharp has no natives for this process at all; null where it has.</summary>
    public static string? Unsupported() =>
        Unsupported(RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture);

    /// <param name="rid">The runtime identifier the process runs under, such as linux-musl-x64.</param>
    /// <param name="architecture">The architecture of the process.</param>
    public static string? Unsupported(string rid, Architecture architecture)
    {
        if (rid.StartsWith("linux-musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal))
        {
            return $"libtorch needs glibc, and this system ({rid}) has musl. Use a system with glibc, such as Debian 12 or newer.";
        }
        return Unsupported(Platform, architecture, rid);
    }

    private static string? Unsupported(string platform, Architecture architecture, string rid) => (platform, architecture) switch
    {
        ("linux", Architecture.X64) or ("win", Architecture.X64 or Architecture.Arm64) or ("osx", Architecture.Arm64) => null,
        _ => $"TorchSharp has no natives for {rid} (process architecture {architecture}). "
            + "It has for linux-x64, win-x64, win-arm64 and osx-arm64.",
    };

    public static string NotFound(string fileName, IEnumerable<string> directories) =>
        $"{fileName}, which is in the package TorchSharp, was not found in: {string.Join(", ", directories)}. "
        + "Publish the app together with its native files (for linux-x64), or keep the package TorchSharp's runtimes folder beside it.";

    /// <summary>What TorchSharp's first use failed with, where it loads its natives itself.</summary>
    public static string OfTorchSharp(Exception error) => OfTorchSharp(error, Platform);

    /// <param name="error">What was thrown.</param>
    /// <param name="platform">linux, win or osx.</param>
    public static string OfTorchSharp(Exception error, string platform)
    {
        var own = ((error as TypeInitializationException)?.InnerException ?? error).Message.Trim();
        // On Linux libtorch and the shim are loaded already when this library asks; so whoever failed did so before that.
        return platform == "linux" && error is TypeInitializationException
            ? "TorchSharp was used, and failed to load its natives, before SuperMoe.ML was. "
                + $"Call SuperMoe.ML.TorchNatives.EnsureLoaded() before the first use of TorchSharp. TorchSharp's own error: {own}"
            : $"TorchSharp's natives did not load, most likely because libtorch was not found. {AddLibtorch(platform)}{Environment.NewLine}{own}";
    }

    /// <param name="library">The library that did not load: a path or, where the dynamic linker was to find it, a name.</param>
    /// <param name="linker">What the runtime or the dynamic linker said.</param>
    public static string Explain(string library, string linker) => $"{Cause(library, linker)}{Environment.NewLine}{linker.Trim()}";

    private static string Cause(string library, string linker)
    {
        if (linker.Contains("GLIBC_", StringComparison.Ordinal))
        {
            return $"{library} needs a newer glibc than this system has. Use Debian 11, Ubuntu 20.04, RHEL 9 or newer.";
        }
        if (linker.Contains("GLIBCXX_", StringComparison.Ordinal) || linker.Contains("CXXABI_", StringComparison.Ordinal))
        {
            return $"{library} needs a newer libstdc++ than this system has. Install a newer one (GCC 9's or later).";
        }
        if (linker.Contains("wrong ELF class", StringComparison.Ordinal) || linker.Contains("invalid ELF header", StringComparison.Ordinal)
            || linker.Contains("file too short", StringComparison.Ordinal))
        {
            return $"{library} is damaged or was built for another architecture than this process ({RuntimeInformation.ProcessArchitecture}). "
                + "Restore and publish the app again, for linux-x64.";
        }
        if (linker.Contains("undefined symbol", StringComparison.Ordinal))
        {
            return $"{library} does not fit the libtorch that was found: TorchSharp 0.107 needs libtorch 2.10.";
        }
        if (linker.Contains("failed to map segment", StringComparison.Ordinal))
        {
            return $"{library} lies where running code is forbidden (a file system mounted noexec, or a security policy).";
        }
        return Path.IsPathRooted(library)
            ? $"{library} did not load, probably because a library that it needs is missing."
            : $"libtorch was not found ({library}). {AddLibtorch("linux")}";
    }

    private static string AddLibtorch(string platform) => "Add libtorch to the app: the package " + platform switch
    {
        "win" => "libtorch-cpu-win-x64 2.10.* (or TorchSharp-cpu, or for a GPU TorchSharp-cuda-windows).",
        "osx" => "libtorch-cpu-osx-arm64 2.10.* (or TorchSharp-cpu).",
        _ => "libtorch-cpu-linux-x64 2.10.* (or TorchSharp-cpu, or for a GPU TorchSharp-cuda-linux), "
            + "or set LD_LIBRARY_PATH to a directory that holds libtorch 2.10, such as torch/lib of a Python install.",
    };
}
