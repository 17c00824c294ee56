using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class CrossValidationTests
{
    private const int Columns = 30;

    [Fact]
    public void Columns_that_tell_something_get_a_weak_penalty()
    {
        var problem = Problem(300, (first, _) => first < Columns / 2 ? 1 : 0);
        var chosen = CrossValidation.Choose(problem);

        Assert.NotNull(chosen);
        Assert.InRange(chosen.Value.Strength, 0, 1);
        Assert.InRange(chosen.Value.Share, 0.7, 1);
        var weights = problem.Fit(chosen.Value.Strength, chosen.Value.Share);
        Assert.True(weights[..(Columns / 2)].Min() > weights[(Columns / 2)..Columns].Max() + 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Labels_of_pure_chance_get_small_weights_or_none(int seed)
    {
        var problem = Problem(100, (_, random) => random.Next(2), seed);

        Assert.True(CrossValidation.Choose(problem) is not { } chosen || problem.Fit(chosen.Strength, chosen.Share)[..Columns].Max(Math.Abs) < 0.4);
    }

    [Fact]
    public void Labels_that_are_mostly_chance_are_told_apart_but_not_surely()
    {
        var problem = Problem(400, (first, random) => random.NextDouble() < (first < Columns / 2 ? 0.65 : 0.35) ? 1 : 0);

        var chosen = CrossValidation.Choose(problem);

        Assert.NotNull(chosen);
        var far = problem.Fit(chosen.Value.Strength, 1);
        var near = problem.Fit(chosen.Value.Strength, chosen.Value.Share);
        Assert.All(Enumerable.Range(0, Columns), c => Assert.Equal(chosen.Value.Share * far[c], near[c], 1e-9));
        Assert.True(chosen.Value.Share < 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Few_rows_get_no_weights(int rows) => Assert.Null(CrossValidation.Choose(Problem(rows, (first, _) => first % 2)));

    [Fact]
    public void One_label_for_all_gets_no_weights() => Assert.Null(CrossValidation.Choose(Problem(50, (_, _) => 1)));

    private static LinearProblem Problem(int rows, Func<int, Random, int> label, int seed = 1)
    {
        var random = new Random(seed);
        var sparse = new SparseRows();
        var labels = new float[rows];
        for (var r = 0; r < rows; r++)
        {
            var first = random.Next(Columns);
            sparse.Add([first], [1]);
            labels[r] = label(first, random);
        }
        return new LinearProblem(sparse, labels, Columns, new LogisticLoss());
    }
}
