namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ProbeBenchmarkTests
{
    private static readonly string[] s_learners = ["Logistic regression", "LightGBM"];

    [Theory]
    [InlineData(EmbeddingPooling.IndicatorAndEvents)]
    [InlineData(EmbeddingPooling.Indicator)]
    public void Profiles_of_MovieLens_are_told_from_several_descriptions_of_users(EmbeddingPooling pooling)
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(["probe", "--data", folder.Path, "--seeds", pooling == EmbeddingPooling.Indicator ? "1" : "2", "--pooling", $"{pooling}", .. CommandLine.Quick]);
        Assert.Equal(["NextItem", "Like"], results.GetProperty("trained").EnumerateArray().Select(t => t.GetString()));
        string[] models = ["embedding of NextItem + Like", "embedding of NextItem"];
        string[] states = pooling == EmbeddingPooling.Indicator ? [] : [.. models.Select(m => $"{m}, state alone")];
        string[] descriptions = [.. models, .. states, "truncated SVD", "bag of items"];
        var labels = results.GetProperty("labels");
        Assert.Equal(["AgeBand", "Gender", "Occupation"], labels.EnumerateObject().Select(l => l.Name).Order());
        foreach (var label in labels.EnumerateObject())
        {
            var expected = descriptions.SelectMany(d => s_learners.Select(l => $"{d}, {l}")).Append("Majority");
            Assert.Equal(expected.Order(), label.Value.EnumerateObject().Select(m => m.Name).Order());
            Assert.All(label.Value.EnumerateObject(), m => Assert.InRange(m.Value.GetProperty("Accuracy").GetDouble(), 0, 1));
        }
    }

    [Fact]
    public void Labels_that_are_trained_are_not_told()
    {
        using var folder = new TemporaryFolder();
        TinyBeauty.Write(folder);
        var results = CommandLine.Results(["probe", "--data", folder.Path, "--tasks", "NextItem,Repeat", .. CommandLine.Quick]);
        Assert.Equal(["Rest"], results.GetProperty("labels").EnumerateObject().Select(l => l.Name));
    }
}
