namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class AttentionBenchmarkTests
{
    [Fact]
    public void Results_hold_a_case_for_each_length_with_its_ratios()
    {
        var results = CommandLine.Results("attention", "--length", "3", "20", "--events", "60", "--hidden", "32", "--repeats", "1");

        Assert.Equal("attention", results.GetProperty("benchmark").GetString());
        foreach (var (length, users) in new[] { (3, 20), (20, 3) })
        {
            var one = results.GetProperty($"length{length}");
            Assert.Equal(users, one.GetProperty("users").GetInt32());
            Assert.Equal(one.GetProperty("stepwiseMilliseconds").GetDouble() / one.GetProperty("milliseconds").GetDouble(), one.GetProperty("speedUp").GetDouble(), 1e-2);
            Assert.Equal(
                one.GetProperty("stepwiseScoringMilliseconds").GetDouble() / one.GetProperty("scoringMilliseconds").GetDouble(), one.GetProperty("scoringSpeedUp").GetDouble(), 1e-2);
        }
    }
}
