using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class CrossValidationTests
{
    private const int Columns = 30;

    [Fact]
    public void Columns_that_tell_something_get_a_weak_penalty()
    {
        var problem = Problem(300, (first, _) => first < Columns / 2 ? 1 : 0);
        var strength = CrossValidation.Strength(problem);

        Assert.NotNull(strength);
        Assert.InRange(strength.Value, 0, 1);
        var weights = problem.Fit(strength.Value);
        Assert.True(weights[..(Columns / 2)].Min() > weights[(Columns / 2)..Columns].Max() + 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Labels_of_pure_chance_get_a_strong_penalty_or_no_weights(int seed) =>
        Assert.True(CrossValidation.Strength(Problem(100, (_, random) => random.Next(2), seed)) is null or > 3);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Few_rows_get_no_weights(int rows) => Assert.Null(CrossValidation.Strength(Problem(rows, (first, _) => first % 2)));

    [Fact]
    public void One_label_for_all_gets_no_weights() => Assert.Null(CrossValidation.Strength(Problem(50, (_, _) => 1)));

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
