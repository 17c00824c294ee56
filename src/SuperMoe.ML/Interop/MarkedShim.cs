using System.Security.Cryptography;

namespace SuperMoe.ML.Interop;

/// <summary>
/// A private copy of TorchSharp's shim in which the need of a libstdc++ newer than the system's is marked weak.
/// The original, in the app's output or the package cache, is only read. A copy found is used only if each of its bytes
/// is as expected; it is put in place by an atomic rename, so that processes which start at once see a whole one or none.
/// </summary>
internal static class MarkedShim
{
    public const string FileName = "libLibTorchSharp.so";
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The user's own place for such copies; null where the user has no home.</summary>
    public static string? CacheDirectory() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            is { Length: > 0 } data && Path.IsPathRooted(data)
            ? Path.Combine(data, "SuperMoe.ML", "native")
            : null;

    /// <summary>
    /// Loads a marked copy of <paramref name="shim"/> from the cache or, where that cannot be written or run from,
    /// from a directory for this process alone, which is gone again when this returns (a loaded library needs no file).
    /// </summary>
    /// <param name="shim">The original.</param>
    /// <param name="cache">Directory of the copies; null for none.</param>
    /// <param name="load">Loads a library by its path.</param>
    public static void Load(string shim, string? cache, Action<string> load)
    {
        var original = File.ReadAllBytes(shim);
        var marked = Mark(original);
        try
        {
            if (cache is not null)
            {
                load(InCache(original, marked, cache));
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            // Read-only, full, or mounted noexec: the temporary directory may do.
        }
        LoadFromTemporary(marked, load);
    }

    /// <summary>The marked bytes of a shim.</summary>
    /// <exception cref="InvalidDataException">The bytes are no whole ELF64 library.</exception>
    public static byte[] Mark(byte[] original)
    {
        var marked = (byte[])original.Clone();
        ElfVersionNeeds.MarkWeak(marked, MissingVersion);
        return marked;
    }

    /// <summary>The path of a whole copy in <paramref name="cache"/>, made or replaced there if need be.</summary>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written, or others may write it.</exception>
    public static string InCache(byte[] original, byte[] marked, string cache)
    {
        var directory = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(original))[..16]);
        CreatePrivate(directory);
        var copy = Path.Combine(directory, FileName);
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(marked)) { return copy; }
        var part = Path.Combine(directory, $"{Guid.NewGuid():N}.part");
        try
        {
            File.WriteAllBytes(part, marked);
            File.Move(part, copy, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
        return copy;
    }

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows()) { throw new PlatformNotSupportedException(); }
        Directory.CreateDirectory(directory, Private);
        // Where others may write, a copy could be changed between its check and its loading.
        if ((File.GetUnixFileMode(directory) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new UnauthorizedAccessException($"{directory} may be written by other users.");
        }
    }

    private static void LoadFromTemporary(byte[] marked, Action<string> load)
    {
        DirectoryInfo directory;
        try
        {
            directory = Directory.CreateTempSubdirectory("supermoe-"); // mode 0700
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException(
                $"{FileName} needs a copy fit for this system's libstdc++, and neither the user's data directory "
                + $"({CacheDirectory() ?? "none: HOME is not set"}) nor the temporary directory ({Path.GetTempPath()}) can be written. "
                + "Set HOME, XDG_DATA_HOME or TMPDIR to a directory that can.", e);
        }
        try
        {
            var copy = Path.Combine(directory.FullName, FileName);
            File.WriteAllBytes(copy, marked);
            load(copy);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
