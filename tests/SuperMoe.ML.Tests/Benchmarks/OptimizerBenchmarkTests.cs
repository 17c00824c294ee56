namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class OptimizerBenchmarkTests
{
    [Fact]
    public void Results_hold_the_ratios_of_both_table_optimizers_and_of_the_dense_one()
    {
        var results = CommandLine.Results("optimizer", "--small", "100", "--large", "1000", "--ids", "20", "--size", "8", "--steps", "2");
        Assert.Equal("optimizer", results.GetProperty("benchmark").GetString());
        foreach (var table in new[] { "lazyAdam", "rowWiseAdagrad" })
        {
            var figures = results.GetProperty(table);
            Assert.Equal(
                figures.GetProperty("largeMilliseconds").GetDouble() / figures.GetProperty("smallMilliseconds").GetDouble(),
                figures.GetProperty("ratio").GetDouble(), 1e-2);
        }
        var dense = results.GetProperty("dense");
        Assert.True(dense.GetProperty("plainRatio").GetDouble() > 0);
        Assert.True(dense.GetProperty("torchSharpRatio").GetDouble() > 0);
    }
}
