using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Tests.Interop;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void EnsureLoaded_on_this_machine_lets_torch_compute()
    {
        TorchNatives.EnsureLoaded();
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
    }

    [SkippableFact]
    public void EnsureLoaded_loads_each_library_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only.");
        TorchNatives.EnsureLoaded();
        TorchNatives.EnsureLoaded();
        Assert.True(LoadedLibraries.Contain("libtorch_cpu.so"));
        var files = File.ReadLines("/proc/self/maps")
            .Select(line => line.Split(' ')[^1])
            .Where(path => Path.GetFileName(path) is "libtorch_cpu.so" or "libc10.so")
            .Distinct();
        Assert.Equal(2, files.Count());
    }

    [Fact]
    public void LoadedLibraries_contain_no_library_that_nobody_loaded()
    {
        Assert.False(LoadedLibraries.Contain("libnobody.so"));
    }
}
