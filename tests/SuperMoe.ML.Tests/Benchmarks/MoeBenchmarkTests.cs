namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class MoeBenchmarkTests
{
    [Fact]
    public void Results_hold_every_case_with_its_ratio_and_limit()
    {
        var results = CommandLine.Results("moe", "--tokens", "64", "--repeats", "1", "--seed", "3");
        var cases = results.GetProperty("cases").EnumerateArray().ToArray();
        Assert.Equal(16, cases.Length);
        Assert.All(cases, c =>
        {
            Assert.Equal(c.GetProperty("experts").GetInt32() == 8 ? 1.25 : 1.6, c.GetProperty("limit").GetDouble());
            var ratio = c.GetProperty("sparseMilliseconds").GetDouble() / c.GetProperty("denseMilliseconds").GetDouble();
            Assert.Equal(ratio, c.GetProperty("ratio").GetDouble(), 1e-3 * ratio);
        });
        Assert.Equal(64, results.GetProperty("options").GetProperty("tokens").GetInt32());
    }
}
