using System.Runtime.Versioning;
using System.Security.Cryptography;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

[UnsupportedOSPlatform("windows")] // each test skips there
public sealed class MarkedShimTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("supermoe-test-").FullName;
    private readonly byte[] _original = SyntheticElf.Needing("GLIBC_2.14", MarkedShim.MissingVersion);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Cache => Path.Combine(_root, "cache");

    private string InCache() => MarkedShim.InCache(_original, MarkedShim.Mark(_original), Cache);

    [SkippableFact]
    public void InCache_writes_the_marked_bytes_and_nothing_else()
    {
        OnLinux();
        var copy = InCache();
        Assert.Equal(MarkedShim.Mark(_original), File.ReadAllBytes(copy));
        Assert.NotEqual(_original, File.ReadAllBytes(copy));
        Assert.Equal([copy], Directory.GetFiles(Cache, "*", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void InCache_again_leaves_a_good_copy_alone()
    {
        OnLinux();
        var copy = InCache();
        File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch);
        Assert.Equal(copy, InCache());
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(copy));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(100)]
    public void InCache_replaces_a_cut_off_copy(int length)
    {
        OnLinux();
        File.WriteAllBytes(InCache(), MarkedShim.Mark(_original)[..length]);
        Assert.Equal(MarkedShim.Mark(_original), File.ReadAllBytes(InCache()));
    }

    [SkippableFact]
    public void InCache_replaces_a_changed_copy_of_the_same_length()
    {
        OnLinux();
        var changed = MarkedShim.Mark(_original);
        changed[^1] ^= 1;
        File.WriteAllBytes(InCache(), changed);
        Assert.Equal(MarkedShim.Mark(_original), File.ReadAllBytes(InCache()));
    }

    [SkippableFact]
    public void InCache_gives_each_shim_its_own_copy()
    {
        OnLinux();
        var other = SyntheticElf.Needing(MarkedShim.MissingVersion);
        Assert.NotEqual(InCache(), MarkedShim.InCache(other, MarkedShim.Mark(other), Cache));
    }

    [SkippableFact]
    public void InCache_from_many_threads_shows_each_a_whole_copy()
    {
        OnLinux();
        var expected = MarkedShim.Mark(_original);
        using var start = new Barrier(16);
        var seen = new byte[16][];
        var threads = Enumerable.Range(0, 16).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            seen[i] = File.ReadAllBytes(InCache());
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.All(seen, bytes => Assert.Equal(expected, bytes));
        Assert.Single(Directory.GetFiles(Cache, "*", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void Load_takes_the_copy_in_the_cache()
    {
        OnLinux();
        var loaded = Load(Cache, _ => { });
        Assert.Equal([InCache()], loaded);
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("a file in its place")]
    [InlineData("others may write")]
    [InlineData("noexec")]
    public void Load_without_a_usable_cache_takes_a_private_copy_and_leaves_none(string trouble)
    {
        OnLinux();
        switch (trouble)
        {
            case "a file in its place": File.WriteAllText(Cache, ""); break;
            case "others may write": File.SetUnixFileMode(Path.GetDirectoryName(InCache())!, (UnixFileMode)0b111_111_111); break;
            default: break;
        }
        var modes = new List<UnixFileMode>();
        var loaded = Load(trouble == "none" ? null : Cache, path =>
        {
            if (path.StartsWith(Cache, StringComparison.Ordinal)) { throw new DllNotFoundException("failed to map segment"); }
            Assert.Equal(MarkedShim.Mark(_original), File.ReadAllBytes(path));
            modes.Add(File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        });
        Assert.Equal((UnixFileMode)0b111_000_000, Assert.Single(modes));
        Assert.False(Directory.Exists(Path.GetDirectoryName(loaded[^1])));
    }

    [SkippableFact]
    public void Load_of_a_copy_that_fails_everywhere_throws_the_linkers_error()
    {
        OnLinux();
        var e = Assert.Throws<DllNotFoundException>(() => Load(Cache, path => throw new DllNotFoundException("no " + path)));
        Assert.StartsWith("no ", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Load_only_reads_the_original()
    {
        OnLinux();
        var before = (Hash(RealShim.Path()), File.GetLastWriteTimeUtc(RealShim.Path()));
        MarkedShim.Load(RealShim.Path(), Cache, _ => { });
        NativeLibraries.EnsureLoaded();
        Assert.Equal(before, (Hash(RealShim.Path()), File.GetLastWriteTimeUtc(RealShim.Path())));
    }

    private static void OnLinux() => Skip.IfNot(OperatingSystem.IsLinux(), "The shim is marked on Linux only.");

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private List<string> Load(string? cache, Action<string> load)
    {
        var shim = Path.Combine(_root, "original.so");
        File.WriteAllBytes(shim, _original);
        var loaded = new List<string>();
        MarkedShim.Load(shim, cache, path =>
        {
            loaded.Add(path);
            load(path);
        });
        return loaded;
    }
}
