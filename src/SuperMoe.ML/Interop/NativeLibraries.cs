using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Loads libtorch and TorchSharp's shim before TorchSharp's first use on Linux, where the shim asks for a newer
/// libstdc++ (GLIBCXX_3.4.32, GCC 13) than Debian 12, Ubuntu 22.04 and RHEL 9 have. The only symbol behind that
/// version is a marker that nothing calls, so a private copy of the shim with that need marked weak loads and works
/// there. Files of the package cache and of the system are only ever read.
/// </summary>
internal static class NativeLibraries
{
    private const string Shim = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";

    private static readonly Lazy<Exception?> s_failure = new(TryLoad);

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
    [ModuleInitializer]
    internal static void LoadEarly() => _ = s_failure.Value;
#pragma warning restore CA2255

    private static Exception? TryLoad()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) { return null; }
        try
        {
            var directories = SearchDirectories().Distinct().ToList();
            foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" }) { LoadFirst(library, directories); }
            LoadShim(directories);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return e;
        }
    }

    private static void LoadFirst(string library, List<string> directories)
    {
        var found = directories.Select(d => Path.Combine(d, library)).FirstOrDefault(File.Exists);
        NativeLibrary.Load(found ?? library);
    }

    private static void LoadShim(List<string> directories)
    {
        var shim = directories.Select(d => Path.Combine(d, Shim)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{Shim} was not found in: {string.Join(", ", directories)}.");
        try
        {
            NativeLibrary.Load(shim);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(MissingVersion, StringComparison.Ordinal))
        {
            NativeLibrary.Load(MarkedCopy(shim));
        }
    }

    /// <summary>The path of the marked copy in the user's own cache, made there first if need be.</summary>
    private static string MarkedCopy(string shim)
    {
        var image = File.ReadAllBytes(shim);
        var directory = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "SuperMoe.ML", "native", Convert.ToHexStringLower(SHA256.HashData(image))[..16]);
        ElfVersionNeeds.MarkWeak(image, MissingVersion);
        var copy = Path.Combine(directory, Shim);
        if (File.Exists(copy) && image.AsSpan().SequenceEqual(File.ReadAllBytes(copy))) { return copy; }
        Directory.CreateDirectory(directory);
        var part = Path.Combine(directory, $"{Guid.NewGuid():N}.part");
        File.WriteAllBytes(part, image);
        File.Move(part, copy, overwrite: true); // atomic: another process sees no copy or a whole one
        return copy;
    }

    private static IEnumerable<string> SearchDirectories()
    {
        var roots = new List<string> { AppContext.BaseDirectory };
        if (typeof(torch).Assembly.Location is { Length: > 0 } location) { roots.Add(Path.GetDirectoryName(location)!); }
        foreach (var root in roots)
        {
            yield return root;
            yield return Path.Combine(root, "runtimes", "linux-x64", "native");
        }
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string probing)
        {
            foreach (var directory in probing.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) { yield return directory; }
        }
        // Scripts and notebooks load managed assemblies straight from the package cache: PACKAGES/torchsharp/VERSION/lib/net8.0.
        var package = Path.GetFullPath(Path.Combine(roots[^1], "..", ".."));
        yield return Path.Combine(package, "runtimes", "linux-x64", "native");
        var libtorch = Path.GetFullPath(Path.Combine(package, "..", "..", "libtorch-cpu-linux-x64"));
        if (!Directory.Exists(libtorch)) { yield break; }
        foreach (var version in Directory.GetDirectories(libtorch).OrderDescending(StringComparer.Ordinal))
        {
            yield return Path.Combine(version, "runtimes", "linux-x64", "native");
        }
    }
}
