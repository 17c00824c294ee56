using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Benchmarks.Sequence;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class SequenceBenchmarkTests
{
    [Fact]
    public void Views_leave_one_item_out_and_know_every_item()
    {
        var ml = new MLContext(1);
        var file = new SequenceFile([new(4, [8, 6, 9]), new(2, [6, 7])]);
        var users = LeaveOneOut.Users(ml, file);
        Assert.Equal([9, 7], users.GetColumn<int>(LeaveOneOut.Target));
        Assert.Equal(["8 6", "6"], users.GetColumn<int[]>(LeaveOneOut.Item).Select(i => string.Join(' ', i)));

        var keys = LeaveOneOut.Keys(ml, file).Fit(users).Transform(users);
        var values = default(VBuffer<int>);
        keys.Schema[LeaveOneOut.Item].GetKeyValues(ref values);
        Assert.Equal([6, 7, 8, 9], values.DenseValues()); // 7 and 9 are test targets only
    }

    // Each user's history is the whole catalogue but the target. The target is first if and only if every item of the history is left out,
    // also those that the model does not look at, and the target itself stays, though no training sequence shows item 1.
    [Fact]
    public void Ranking_leaves_out_the_whole_history_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("s.txt", Enumerable.Range(1, 20).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, 11).Select(i => 2 + ((i + u) % 11)))} 1"));
        var results = CommandLine.Results(["sequence", "--data", file, "--max-length", "2", .. CommandLine.Quick]);
        var test = results.GetProperty("test");
        Assert.Equal(1, test.GetProperty("MRR").GetDouble());
        Assert.Equal(1, test.GetProperty("NDCG@10").GetDouble());
        Assert.Equal(12, results.GetProperty("items").GetInt32());
    }

    [Fact]
    public void Results_hold_what_a_benchmark_has_to_tell()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var lines = Enumerable.Range(1, 30).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, 40)))}");
        var results = CommandLine.Results(["sequence", "--data", folder.Write("s.txt", lines), .. CommandLine.Quick]);
        Assert.Equal("sequence", results.GetProperty("benchmark").GetString());
        Assert.Equal(30, results.GetProperty("users").GetInt32()); // users of one item are judged too
        foreach (var metric in (string[])["HR@5", "HR@10", "NDCG@5", "NDCG@10", "MRR"])
        {
            Assert.InRange(results.GetProperty("test").GetProperty(metric).GetDouble(), 0, 1);
        }
        Assert.True(results.GetProperty("trainingSeconds").GetDouble() > 0);
        Assert.True(results.GetProperty("parameters").GetInt64() > 0);
        Assert.True(results.GetProperty("peakMemoryMiB").GetDouble() > 0);
        Assert.Equal(3, results.GetProperty("seed").GetInt32());
        Assert.Equal(8, results.GetProperty("options").GetProperty("hiddenSize").GetInt32());
        Assert.True(results.GetProperty("machine").GetProperty("cores").GetInt32() > 0);
    }

    [Theory]
    [InlineData("full", "fullSoftmax")]
    [InlineData("sampled", "sampledSoftmax")]
    [InlineData("bce", "binaryCrossEntropy")]
    public void The_loss_is_what_the_command_line_says(string name, string loss)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("s.txt", Enumerable.Range(1, 20).Select(u => $"{u} {string.Join(' ', Enumerable.Range(0, 5).Select(i => 1 + ((i + u) % 9)))}"));
        var results = CommandLine.Results(["sequence", "--data", file, "--loss", name, "--negatives", "3", "--in-batch", "false", .. CommandLine.Quick]);
        var options = results.GetProperty("options");
        Assert.Equal((loss, 3, false), (options.GetProperty("loss").GetString(), options.GetProperty("negatives").GetInt32(), options.GetProperty("inBatchNegatives").GetBoolean()));
        Assert.True(results.GetProperty("trainingSeconds").GetDouble() > 0);
    }
}
