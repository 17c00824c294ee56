namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ProbeBenchmarkTests
{
    private static readonly string[] s_learners = ["Logistic regression", "LightGBM"];

    [Fact]
    public void Profiles_of_MovieLens_are_told_from_four_descriptions_of_users()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(["probe", "--data", folder.Path, "--seeds", "2", .. CommandLine.Quick]);
        Assert.Equal(["NextItem", "Like"], results.GetProperty("trained").EnumerateArray().Select(t => t.GetString()));
        string[] descriptions = ["embedding of NextItem + Like", "embedding of NextItem", "truncated SVD", "bag of items"];
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
