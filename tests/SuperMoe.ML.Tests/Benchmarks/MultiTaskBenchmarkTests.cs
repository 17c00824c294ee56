namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class MultiTaskBenchmarkTests
{
    [Fact]
    public void Results_have_ours_beside_baselines_for_every_task()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(["multitask", "--data", folder.Path, "--folds", "2", .. CommandLine.Quick]);
        Assert.Equal("multitask", results.GetProperty("benchmark").GetString());
        Assert.Equal(16, results.GetProperty("judgedUsers").GetInt32());
        Assert.Equal(2, results.GetProperty("foldTrainingSeconds").GetArrayLength());
        Assert.InRange(results.GetProperty("paddingShare").GetDouble(), 0, 0.9);
        AssertTask("NextItem", "NDCG@10", "Popularity");
        AssertTask("Like", "AUC", "Movie and user means", "Majority", "Logistic regression", "LightGBM");
        AssertTask("Gender", "AUC", "Majority", "Logistic regression", "LightGBM");
        AssertTask("AgeBand", "MacroF1", "Majority", "Logistic regression", "LightGBM");
        AssertTask("Occupation", "Accuracy", "Majority", "Logistic regression", "LightGBM");

        void AssertTask(string task, string metric, params string[] baselines)
        {
            var methods = results.GetProperty("tasks").GetProperty(task);
            Assert.Equal(baselines.Append("SuperMoe").Order(), methods.EnumerateObject().Select(m => m.Name).Order());
            Assert.All(methods.EnumerateObject(), m => Assert.InRange(m.Value.GetProperty(metric).GetDouble(), 0, 1));
        }
    }

    [Theory]
    [InlineData("number", "false")]
    [InlineData("none", "true")]
    public void Side_fields_and_attributes_can_be_switched(string rating, string genres)
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(
            ["multitask", "--data", folder.Path, "--folds", "1", "--rating", rating, "--genres", genres, "--times", genres, .. CommandLine.Quick]);
        Assert.Equal(rating, results.GetProperty("options").GetProperty("settings").GetProperty("rating").GetString());
        Assert.Equal(genres == "true", results.GetProperty("options").GetProperty("settings").GetProperty("genres").GetBoolean());
    }

    [Fact]
    public void Folds_without_users_are_told_before_training()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder, "t.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float", "5\t1\t5\t1", "5\t2\t5\t2");
        var (code, output, error) = CommandLine.Run("multitask", "--data", folder.Path);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("user_id mod 5 is 1 or 2 or 3 or 4", error, StringComparison.Ordinal);
    }
}
