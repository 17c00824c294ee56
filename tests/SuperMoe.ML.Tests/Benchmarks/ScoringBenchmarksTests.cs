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
    public void Transform_tells_where_the_time_of_a_row_goes()
    {
        using var folder = new TemporaryFolder();
        var results = CommandLine.Results("transform", "--stages", "--data", File(folder), "--training-seconds", "0.1");
        foreach (var columns in (string[])["embedding", "nextItem", "both"])
        {
            var stages = results.GetProperty(columns).EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetProperty("microseconds").GetDouble());
            Assert.All(stages.Values, cost => Assert.True(cost > 0));
            Assert.Contains("attention, block 2", stages.Keys);
            Assert.Contains("experts, block 1", stages.Keys);
            Assert.Equal(columns != "embedding", stages.ContainsKey("logits, history, best items"));
        }
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
        var results = CommandLine.Results("soak", "--data", File(folder), "--epochs", "8", "--batches", "60", "--rows", "8");
        foreach (var (part, samples) in new[] { ("training", 4), ("scoring", 20) })
        {
            var memory = results.GetProperty(part);
            Assert.Equal(samples, memory.GetProperty("samples").GetInt32());
            Assert.Contains(memory.GetProperty("verdict").GetString(), (string[])["flat", "not flat"]);
            // Fewer where what other tests have left is finalized meanwhile.
            Assert.InRange(memory.GetProperty("tensorsLast").GetInt64(), 1, memory.GetProperty("tensorsFirst").GetInt64());
        }
        Assert.True(results.GetProperty("steps").GetInt32() >= 8);
    }

    [Fact]
    public void Soak_of_few_epochs_is_refused()
    {
        var (code, _, error) = CommandLine.Run("soak", "--data", "s.txt", "--epochs", "7");
        Assert.NotEqual(0, code);
        Assert.Contains("--epochs must be at least 8.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_of_transform_is_that_of_batches_however_many_rows_are_scored_one_by_one()
    {
        using var folder = new TemporaryFolder();
        var path = File(folder);
        double Padding(string rows) =>
            CommandLine.Results("transform", "--data", path, "--training-seconds", "0.1", "--row-by-row", rows).GetProperty("paddingShare").GetDouble();
        Assert.Equal(Padding("1"), Padding("40"));
    }

    private static string File(TemporaryFolder folder)
    {
        var random = new Random(1);
        return folder.Write("s.txt", Enumerable.Range(1, 40).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next(1, 40)))}"));
    }
}
