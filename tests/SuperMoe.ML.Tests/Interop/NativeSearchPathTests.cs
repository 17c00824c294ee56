using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

public sealed class NativeSearchPathTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("supermoe-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Touch(params string[] parts)
    {
        var path = Path.Combine([_root, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }

    [Fact]
    public void DirectoryOf_prefers_the_earlier_directory()
    {
        Touch("a", "x.so");
        Touch("b", "x.so");
        Touch("b", "y.so");
        var path = new NativeSearchPath([Path.Combine(_root, "missing"), Path.Combine(_root, "a"), Path.Combine(_root, "b")]);
        Assert.Equal(Path.Combine(_root, "a"), path.DirectoryOf("x.so"));
        Assert.Equal(Path.Combine(_root, "b"), path.DirectoryOf("y.so"));
        Assert.Null(path.DirectoryOf("z.so"));
    }

    [Theory]
    [InlineData("libtorch_cpu.so")] // publish for one RID, self-contained or not
    [InlineData("runtimes", "linux-x64", "native", "libtorch_cpu.so")] // build output, portable publish
    public void BesideApp_knows_every_kind_of_publish(params string[] parts)
    {
        var library = Touch(parts);
        Assert.Equal(Path.GetDirectoryName(library), new NativeSearchPath(NativeSearchPath.BesideApp(_root)).DirectoryOf("libtorch_cpu.so"));
    }

    [Fact]
    public void BesideManaged_in_a_package_cache_knows_the_packages_of_that_libtorch()
    {
        var torchSharp = Touch("torchsharp", "0.107.0", "lib", "net8.0", "TorchSharp.dll");
        var shim = Touch("torchsharp", "0.107.0", "runtimes", "linux-x64", "native", MarkedShim.FileName);
        Touch("libtorch-cpu-linux-x64", "2.9.0", "runtimes", "linux-x64", "native", "libtorch_cpu.so");
        var libtorch = Touch("libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native", "libtorch_cpu.so");
        var path = new NativeSearchPath(NativeSearchPath.BesideManaged(torchSharp, new Version(2, 10, 0, 0)));
        Assert.Equal(Path.GetDirectoryName(shim), path.DirectoryOf(MarkedShim.FileName));
        Assert.Equal(Path.GetDirectoryName(libtorch), path.DirectoryOf("libtorch_cpu.so"));
    }

    [Fact]
    public void BesideManaged_outside_a_package_cache_does_not_look_into_its_parents()
    {
        Touch("libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native", "libtorch_cpu.so");
        var torchSharp = Touch("app", "1.0", "bin", "Release", "TorchSharp.dll");
        var path = new NativeSearchPath(NativeSearchPath.BesideManaged(torchSharp, new Version(2, 10, 0, 0)));
        Assert.All(path.Directories, d => Assert.StartsWith(Path.GetDirectoryName(torchSharp)!, d, StringComparison.Ordinal));
    }

    [Fact]
    public void BesideManaged_of_a_single_file_app_is_empty()
    {
        Assert.Empty(NativeSearchPath.BesideManaged("", new Version(2, 10)));
    }

    [SkippableFact]
    public void OfThisProcess_finds_libtorch_and_the_shim()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only.");
        var path = NativeSearchPath.OfThisProcess();
        Assert.NotNull(path.DirectoryOf("libtorch_cpu.so"));
        Assert.NotNull(path.DirectoryOf(MarkedShim.FileName));
    }
}
