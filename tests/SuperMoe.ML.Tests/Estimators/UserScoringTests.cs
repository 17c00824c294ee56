using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class UserScoringTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(65_536, 32_767, 2_147_418_112)]
    public void Size_is_users_times_outputs(int users, int width, int expected) => Assert.Equal(expected, UserScoring.Size("Gender", users, width));

    [Theory]
    [InlineData(32_768, "2,147,483,648")] // the first beyond an int
    [InlineData(65_537, "4,295,032,832")] // an int would have held 65,536 of them
    public void Size_beyond_an_array_names_task_classes_and_the_option_to_lower(int width, string size)
    {
        var error = Assert.Throws<InvalidOperationException>(() => UserScoring.Size("Brand", 65_536, width)).Message;
        Assert.Contains("The task 'Brand'", error, StringComparison.Ordinal);
        Assert.Contains($"{(width == 32_768 ? "32,768" : "65,537")} classes", error, StringComparison.Ordinal);
        Assert.Contains($"65,536 users of a batch: {size} scores", error, StringComparison.Ordinal);
        Assert.Contains("Lower ScoringBatchSize to at most " + (width == 32_768 ? "65,535" : "32,767"), error, StringComparison.Ordinal);
    }
}
