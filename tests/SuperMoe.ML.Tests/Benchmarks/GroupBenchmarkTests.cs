using SuperMoe.ML.Benchmarks.Group;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class GroupBenchmarkTests
{
    [Fact]
    public void Results_hold_time_and_memory()
    {
        var results = CommandLine.Results("group", "--events", "20000", "--seed", "3");
        Assert.Equal("group", results.GetProperty("benchmark").GetString());
        Assert.Equal(20_000, results.GetProperty("events").GetInt32());
        Assert.Equal(5, results.GetProperty("allSeconds").GetArrayLength());
        Assert.Equal(results.GetProperty("allSeconds")[2].GetDouble(), results.GetProperty("seconds").GetDouble());
        Assert.True(results.GetProperty("peakBytes").GetInt64() >= results.GetProperty("heldBytes").GetInt64());
        Assert.Equal(3, results.GetProperty("seed").GetInt32());
    }

    [Fact]
    public void Log_is_in_time_order_and_the_same_for_the_same_seed()
    {
        var log = GroupEvent.Log(1_000, seed: 2);
        Assert.Equal(1_000, log.Length);
        Assert.Equal(log.Select(e => e.Time).Order(), log.Select(e => e.Time));
        Assert.Equal(10, log.Select(e => e.User).Distinct().Count());
        Assert.Equal(log.Select(e => (e.User, e.Item, e.Price)), GroupEvent.Log(1_000, seed: 2).Select(e => (e.User, e.Item, e.Price)));
    }
}
