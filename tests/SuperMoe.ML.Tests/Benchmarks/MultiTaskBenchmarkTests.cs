using System.Text.Json;

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
        Assert.Equal(results.GetProperty("users").GetInt32(), results.GetProperty("judgedUsers").GetInt32());
        Assert.Equal(16, results.GetProperty("judgedProfiles").GetInt32());
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

    [Fact]
    public void Beauty_has_tasks_of_its_own_with_ours_beside_baselines()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        var results = CommandLine.Results(["multitask", "--data", folder.Path, "--folds", "2", "--seeds", "2", "--balancing", "Uncertainty", .. CommandLine.Quick]);
        Assert.Equal(40, results.GetProperty("judgedUsers").GetInt32());
        Assert.Equal(4, results.GetProperty("foldTrainingSeconds").GetArrayLength());
        Assert.Equal("uncertainty", results.GetProperty("options").GetProperty("recipe").GetProperty("balancing").GetString());
        AssertTask("NextItem", "NDCG@10", "Popularity");
        AssertTask("NextCategory", "Accuracy", "Majority", "Logistic regression", "LightGBM", "After the last category");
        AssertTask("Repeat", "AUC", "Majority", "Logistic regression", "LightGBM");
        AssertTask("Rest", "MAE", "Majority", "Logistic regression", "LightGBM");

        void AssertTask(string task, string metric, params string[] baselines)
        {
            var methods = results.GetProperty("tasks").GetProperty(task);
            Assert.Equal(baselines.Append("SuperMoe").Order(), methods.EnumerateObject().Select(m => m.Name).Order());
            double[] seeds = [.. results.GetProperty("seedFigures").EnumerateArray().Select(s => s.GetProperty(task).GetProperty(metric).GetDouble())];
            Assert.Equal(2, seeds.Length);
            Assert.Equal(seeds.Average(), methods.GetProperty("SuperMoe").GetProperty(metric).GetDouble(), 1e-5);
            Assert.Equal(Math.Abs(seeds[0] - seeds[1]) / Math.Sqrt(2), results.GetProperty("deviations").GetProperty(task).GetProperty("SuperMoe").GetProperty(metric).GetDouble(), 1e-5);
        }
    }

    [Theory]
    [InlineData("Gender")]
    [InlineData("NextItem,Like")]
    public void A_choice_of_tasks_is_trained_alone(string tasks)
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(["multitask", "--data", folder.Path, "--folds", "1", "--tasks", tasks, "--baselines", "false", .. CommandLine.Quick]);
        Assert.Equal(tasks.Split(',').Order(), results.GetProperty("tasks").EnumerateObject().Select(t => t.Name).Order());
        Assert.All(results.GetProperty("tasks").EnumerateObject(), t => Assert.Equal("SuperMoe", Assert.Single(t.Value.EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("SharedBottom")]
    [InlineData("Mmoe")]
    [InlineData("Ple")]
    public void The_way_of_sharing_can_be_chosen(string sharing)
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var indicators = Run();
        var results = Run("--sharing", sharing);
        Assert.Equal("indicators", Sharing(indicators));
        Assert.Equal(sharing, Sharing(results), ignoreCase: true);
        Assert.Equal(["NextItem", "Gender"], results.GetProperty("tasks").EnumerateObject().Select(t => t.Name));
        Assert.NotEqual(indicators.GetProperty("tasks").ToString(), results.GetProperty("tasks").ToString()); // another model; of as many weights, it may be

        JsonElement Run(params string[] more) => CommandLine.Results(
            ["multitask", "--data", folder.Path, "--folds", "1", "--tasks", "NextItem,Gender", "--baselines", "false", .. CommandLine.Quick, .. more]);
        static string? Sharing(JsonElement line) => line.GetProperty("options").GetProperty("recipe").GetProperty("sharing").GetString();
    }

    [Fact]
    public void Unknown_tasks_are_told_before_training()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var (code, output, error) = CommandLine.Run("multitask", "--data", folder.Path, "--tasks", "Like,Height");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("Height", error, StringComparison.Ordinal);
        Assert.Contains("NextItem, Like, Gender, AgeBand, Occupation", error, StringComparison.Ordinal);
    }
}
