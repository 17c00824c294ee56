namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class SoftmaxBenchmarkTests
{
    [Fact]
    public void Results_hold_the_ratios_and_the_pace_of_each_loss()
    {
        var results = CommandLine.Results(
            "softmax", "--rows", "64", "--items", "50", "--small", "40", "--large", "400", "--length", "4", "--batch-tokens", "32", "--hidden", "8", "--steps", "1");
        Assert.Equal("softmax", results.GetProperty("benchmark").GetString());
        var full = results.GetProperty("full");
        Assert.Equal(full.GetProperty("allLogitsMilliseconds").GetDouble() / full.GetProperty("milliseconds").GetDouble(), full.GetProperty("speedUp").GetDouble(), 1e-2);
        var sampled = results.GetProperty("sampled");
        Assert.Equal(
            sampled.GetProperty("largeMilliseconds").GetDouble() / sampled.GetProperty("smallMilliseconds").GetDouble(), sampled.GetProperty("ratio").GetDouble(), 1e-3);
        foreach (var loss in new[] { "fullSoftmax", "sampledSoftmax", "binaryCrossEntropy" })
        {
            Assert.True(results.GetProperty("tokensPerSecond").GetProperty(loss).GetDouble() > 0);
        }
    }
}
