using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class CrossValidationTests
{
    private const int Columns = 30;

    [Fact]
    public void Columns_that_tell_something_are_weighed()
    {
        var weights = CrossValidation.Fit(Problem(300, (first, _) => first < Columns / 2 ? 1 : 0));

        Assert.NotNull(weights);
        Assert.True(weights[..(Columns / 2)].Min() > weights[(Columns / 2)..Columns].Max());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Labels_of_pure_chance_get_no_weights(int seed) => Assert.Null(CrossValidation.Fit(Problem(100, (_, random) => random.Next(2), seed)));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Few_rows_get_no_weights(int rows) => Assert.Null(CrossValidation.Fit(Problem(rows, (first, _) => first % 2)));

    [Fact]
    public void One_label_for_all_gets_no_weights() => Assert.Null(CrossValidation.Fit(Problem(50, (_, _) => 1)));

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
