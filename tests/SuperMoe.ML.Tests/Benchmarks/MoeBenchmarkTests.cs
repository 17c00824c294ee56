using SuperMoe.ML.Benchmarks.Moe;
using static TorchSharp.torch;

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
            var loop = c.GetProperty("loopMilliseconds").GetDouble() / c.GetProperty("sparseMilliseconds").GetDouble();
            Assert.Equal(loop, c.GetProperty("loopRatio").GetDouble(), 1e-3 * loop);
        });
        Assert.Equal(
            cases.Count(c => c.GetProperty("ratio").GetDouble() <= c.GetProperty("limit").GetDouble()), results.GetProperty("withinLimits").GetInt32());
        Assert.Equal(64, results.GetProperty("options").GetProperty("tokens").GetInt32());
    }

    [Theory]
    [InlineData(8, 1, "fp32", 1e-4)]
    [InlineData(64, 2, "fp32", 1e-4)]
    [InlineData(8, 2, "bf16", 0.1)]
    public void Loop_computes_what_the_sparse_experts_compute(int experts, int topK, string type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var contest = new MoeContest(new MoeCase(experts, topK, 64, type), 100, TestDevice.Current, seed: 1);
        Assert.True(contest.Loop().allclose(contest.Sparse(), tolerance, tolerance));
    }
}
