using System.Reflection;
using TorchSharp;

namespace SuperMoe.ML.Interop;

/// <summary>The directories where libtorch and TorchSharp's shim may be, best first (Linux).</summary>
/// <param name="directories">Absolute or not, present or not; those of an earlier place win.</param>
internal sealed class NativeSearchPath(IEnumerable<string> directories)
{
    private const string Natives = "runtimes/linux-x64/native";

    public IReadOnlyList<string> Directories { get; } = [.. directories.Select(Path.GetFullPath).Distinct()];

    /// <summary>The first directory which holds the file, or null.</summary>
    public string? DirectoryOf(string fileName) => Directories.FirstOrDefault(d => File.Exists(Path.Combine(d, fileName)));

    public static NativeSearchPath OfThisProcess() => new(
    [
        .. BesideApp(AppContext.BaseDirectory),
        .. Split(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string),
        .. BesideManaged(typeof(torch).Assembly.Location, LibtorchVersion()),
        .. Split(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH")),
    ]);

    /// <summary>Build output and every kind of publish: RID-specific ones have the natives beside the app.</summary>
    public static IEnumerable<string> BesideApp(string app) => [app, Path.Combine(app, Natives)];

    /// <summary>
    /// Beside TorchSharp.dll or, for scripts and notebooks, in the package cache where
    /// it is PACKAGES/torchsharp/VERSION/lib/FRAMEWORK/TorchSharp.dll.
    /// </summary>
    /// <param name="torchSharp">Path of TorchSharp.dll; empty in a single-file app.</param>
    /// <param name="libtorchVersion">The version of libtorch's package that TorchSharp was built for, or null.</param>
    public static IEnumerable<string> BesideManaged(string torchSharp, Version? libtorchVersion)
    {
        if (Path.GetDirectoryName(torchSharp) is not { Length: > 0 } directory) { return []; }
        var library = new DirectoryInfo(directory).Parent;
        var package = library?.Parent;
        return library?.Name == "lib" && package?.Parent is { Name: "torchsharp", Parent: { } packages }
            ? [.. BesideApp(directory), Path.Combine(package.FullName, Natives), .. Packages(packages.FullName, libtorchVersion)]
            : BesideApp(directory);
    }

    // Only packages of the version that TorchSharp was built for: another one's symbols do not match.
    private static IEnumerable<string> Packages(string cache, Version? version)
    {
        var package = Path.Combine(cache, "libtorch-cpu-linux-x64");
        if (version is null || !Directory.Exists(package)) { return []; }
        return Directory.GetDirectories(package)
            .Where(d => Version.TryParse(Path.GetFileName(d), out var v) && SameRelease(v, version))
            .Select(d => Path.Combine(d, Natives));
    }

    // NuGet writes 2.10.0 for 2.10.0.0.
    private static bool SameRelease(Version a, Version b) =>
        (a.Major, a.Minor, Math.Max(a.Build, 0), Math.Max(a.Revision, 0)) == (b.Major, b.Minor, Math.Max(b.Build, 0), Math.Max(b.Revision, 0));

    // torch.__version__ would run torch's static constructor, which loads the natives; reading the constant does not.
    private static Version? LibtorchVersion() =>
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
            ?.GetRawConstantValue() is string text && Version.TryParse(text, out var version)
            ? version
            : null;

    private static string[] Split(string? list) => (list ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
