namespace SuperMoe.ML.Tests.Benchmarks;

[Collection(nameof(Alone))]
public sealed class ScoringBenchmarksTests
{
    [Fact]
    public void Transform_tells_the_speed_of_batches_and_of_single_rows()
    {
        using var folder = new TemporaryFolder();
        var results = CommandLine.Results("transform", "--data", File(folder), "--training-seconds", "0.1", "--row-by-row", "10");
        foreach (var columns in (string[])["embedding", "nextItem", "both"])
        {
            var run = results.GetProperty(columns);
            var (fast, slow) = (run.GetProperty("usersPerSecond").GetDouble(), run.GetProperty("rowByRowUsersPerSecond").GetDouble());
            Assert.True(fast > 0 && slow > 0);
            Assert.Equal(fast / slow, run.GetProperty("ratio").GetDouble(), 1e-3);
            Assert.Equal(5, run.GetProperty("allUsersPerSecond").GetArrayLength());
        }
        Assert.InRange(results.GetProperty("paddingShare").GetDouble(), 0, 0.9);
        Assert.Equal(40, results.GetProperty("users").GetInt32());
    }

    [Fact]
    public void Latency_tells_percentiles_in_order()
    {
        using var folder = new TemporaryFolder();
        var results = CommandLine.Results("latency", "--data", File(folder), "--training-seconds", "0.1", "--calls", "50");
        double Figure(string name) => results.GetProperty(name).GetDouble();
        Assert.InRange(Figure("medianMilliseconds"), 1e-3, Figure("p95Milliseconds"));
        Assert.InRange(Figure("p99Milliseconds"), Figure("p95Milliseconds"), Figure("maxMilliseconds"));
        Assert.True(Figure("bytesPerCall") > 0);
    }

    [Fact]
    public void Soak_samples_training_and_scoring_and_finds_no_tensor_left_behind()
    {
        using var folder = new TemporaryFolder();
        var results = CommandLine.Results("soak", "--data", File(folder), "--epochs", "4", "--batches", "60", "--rows", "8");
        foreach (var part in (string[])["training", "scoring"])
        {
            var memory = results.GetProperty(part);
            Assert.True(memory.GetProperty("samples").GetInt32() >= 3);
            Assert.Equal(memory.GetProperty("tensorsFirst").GetInt64(), memory.GetProperty("tensorsLast").GetInt64());
        }
        Assert.True(results.GetProperty("steps").GetInt32() >= 4);
    }

    private static string File(TemporaryFolder folder)
    {
        var random = new Random(1);
        return folder.Write("s.txt", Enumerable.Range(1, 40).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next(1, 40)))}"));
    }
}
