using SuperMoe.ML.Benchmarks.Reporting;

namespace SuperMoe.ML.Tests.Benchmarks;

[Collection(nameof(Alone))]
public sealed class PeakMemoryTests
{
    private const int MiB = 1 << 20;

    [SkippableFact]
    public void Small_action_after_a_large_one_keeps_the_process_s_peak()
    {
        var large = PeakMemory.MiB(() => Touch(256));
        Skip.If(double.IsNaN(large), "This system's peak memory cannot be set back.");
        var peak = PeakMemory.ProcessMiB;
        var small = PeakMemory.MiB(() => Touch(1));
        Assert.InRange(large, 200, 400);
        Assert.True(small < large / 2);
        Assert.True(PeakMemory.ProcessMiB >= peak);
    }

    private static void Touch(int size)
    {
        using var tensor = TorchSharp.torch.ones((long)size * MiB, TorchSharp.torch.ScalarType.Byte);
    }
}
