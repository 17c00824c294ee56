using SuperMoe.ML.Interop;
using TorchSharp;

namespace SuperMoe.ML.Tests.Interop;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void EnsureLoaded_on_this_machine_lets_torch_compute()
    {
        NativeLibraries.EnsureLoaded();
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
    }
}
