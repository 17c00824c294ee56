namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ProfileBenchmarkTests
{
    [Fact]
    public void Shares_of_the_stages_are_the_whole_step()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var lines = Enumerable.Range(1, 30).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(1, 40)))}");

        var results = CommandLine.Results(["profile", "--data", folder.Write("s.txt", lines), .. CommandLine.Quick]);

        var shares = results.GetProperty("shares").EnumerateObject().Select(s => s.Value.GetDouble()).ToArray();
        Assert.Equal(10, shares.Length);
        Assert.Equal(1, shares.Sum(), 1e-4);
        Assert.True(results.GetProperty("eventsPerSecond").GetDouble() > 0);
    }
}
