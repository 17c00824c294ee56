using SuperMoe.ML.Training.Added;

namespace SuperMoe.ML.Tests.Training.Added;

public sealed class LabelFoldsTests
{
    [Fact]
    public void Every_labelled_user_is_in_one_part_and_classes_are_spread_evenly()
    {
        float[] labels = [.. Enumerable.Range(0, 100).Select(u => u % 4 == 3 ? float.NaN : u % 10 == 0 ? 1 : 0)];
        var folds = LabelFolds.Of(labels, 100, byClass: true, 5, new Random(1));
        Assert.Equal(Enumerable.Range(0, 100).Where(u => !float.IsNaN(labels[u])), folds.SelectMany(f => f).Order());
        Assert.All(folds, f => Assert.Equal(15, f.Length));
        Assert.All(folds, f => Assert.InRange(f.Count(u => labels[u] == 1), 1, 2));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(10, 5)]
    [InlineData(1000, 5)]
    public void Parts_have_two_users_or_more(int users, int expected)
    {
        var folds = LabelFolds.Of(new float[users + 7], users, byClass: false, 5, new Random(1));
        Assert.Equal(expected, folds.Length);
        Assert.Equal(users, folds.Sum(f => f.Length));
    }

    [Fact]
    public void Parts_follow_from_the_seed()
    {
        int[][] Folds(int seed) => LabelFolds.Of(new float[50], 50, byClass: true, 5, new Random(seed));
        Assert.Equal(Folds(3), Folds(3));
        Assert.NotEqual(Folds(3), Folds(4));
    }
}
