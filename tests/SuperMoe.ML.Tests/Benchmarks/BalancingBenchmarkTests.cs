namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class BalancingBenchmarkTests
{
    [Fact]
    public void Results_hold_each_strategys_time_beside_fixed_weights()
    {
        var results = CommandLine.Results("balancing", "--items", "50", "--length", "4", "--batch-tokens", "32", "--hidden", "8", "--experts", "2", "--steps", "1");
        Assert.Equal("balancing", results.GetProperty("benchmark").GetString());
        var largest = 0.0;
        foreach (var tasks in new[] { "nextItemAndLabels", "labels" })
        {
            var (milliseconds, ratios) = (results.GetProperty(tasks).GetProperty("milliseconds"), results.GetProperty(tasks).GetProperty("ratios"));
            var plain = milliseconds.GetProperty("Fixed").GetDouble();
            Assert.Equal(1, ratios.GetProperty("Fixed").GetDouble());
            foreach (var strategy in Enum.GetNames<TaskBalancing>())
            {
                Assert.Equal(milliseconds.GetProperty(strategy).GetDouble() / plain, ratios.GetProperty(strategy).GetDouble(), 1e-2);
                if (strategy != "Fixed") { largest = Math.Max(largest, ratios.GetProperty(strategy).GetDouble()); }
            }
        }
        Assert.Equal(largest, results.GetProperty("largestRatio").GetDouble(), 1e-5);
        Assert.Equal(largest <= results.GetProperty("limit").GetDouble(), results.GetProperty("withinLimit").GetBoolean());
    }
}
