namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class SeesawBenchmarkTests
{
    [Fact]
    public void Tasks_together_stand_beside_each_alone_and_a_second_call_trains_nothing()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        var kept = Path.Combine(folder.Path, "kept");
        string[] arguments = ["seesaw", "--data", folder.Path, "--seeds", "2", "--tasks", "Repeat,Rest", "--against", "Mmoe,PCGrad", "--folder", kept, .. CommandLine.Quick];
        var first = CommandLine.Results(arguments);
        var files = Directory.GetFiles(kept).ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var second = CommandLine.Results(arguments);

        var comparisons = first.GetProperty("comparisons");
        Assert.Equal(["Joint", "Mmoe", "PCGrad"], comparisons.EnumerateObject().Select(c => c.Name));
        Assert.Equal(10, files.Count); // with each seed three ways together, two tasks alone
        foreach (var comparison in comparisons.EnumerateObject())
        {
            Assert.Equal(["Repeat", "Rest"], comparison.Value.GetProperty("tasks").EnumerateObject().Select(t => t.Name));
            var repeat = comparison.Value.GetProperty("tasks").GetProperty("Repeat");
            var (alone, together) = (repeat.GetProperty("alone").GetDouble(), repeat.GetProperty("together").GetDouble());
            Assert.Equal(together - alone, repeat.GetProperty("difference").GetProperty("mean").GetDouble(), 1e-5);
        }
        Assert.Equal(comparisons.ToString(), second.GetProperty("comparisons").ToString());
        Assert.Equal(files, Directory.GetFiles(kept).ToDictionary(f => f, File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void A_way_that_is_none_is_told_with_those_that_are()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        var (code, _, error) = CommandLine.Run("seesaw", "--data", folder.Path, "--against", "Mmoe,Nonsense");
        Assert.Equal(1, code);
        Assert.Contains("--against has 'Nonsense'; allowed are Indicators, SharedBottom, Mmoe, Ple, Fixed", error, StringComparison.Ordinal);
    }
}
