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
        Assert.InRange(chosen.Strength, 0, 1);
        Assert.Equal(1, chosen.Share);
        var weights = problem.Fit(chosen.Strength, chosen.Share);
        Assert.True(weights[..(Columns / 2)].Min() > weights[(Columns / 2)..Columns].Max() + 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Labels_of_pure_chance_get_a_strong_penalty_or_no_weights(int seed) =>
        Assert.True(CrossValidation.Choose(Problem(100, (_, random) => random.Next(2), seed)) is null or { Strength: > 3, Share: 1 });

    [Fact]
    public void Rare_columns_that_tell_beside_frequent_ones_that_do_not_get_a_weak_penalty_and_a_share()
    {
        const int Classes = 10;
        const int Rare = 100;
        var random = new Random(1);
        var sparse = new SparseRows();
        var labels = new float[400];
        for (var r = 0; r < labels.Length; r++)
        {
            var rare = random.Next(Rare);
            labels[r] = random.Next(2) == 0 ? rare % Classes : random.Next(Classes);
            int[] frequent = [.. Enumerable.Range(Rare, 20)];
            random.Shuffle(frequent);
            sparse.Add([rare, .. frequent[..5]], [0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f]);
        }
        var problem = new LinearProblem(sparse, labels, Rare + 20, new SoftmaxLoss(Classes));

        var chosen = CrossValidation.Choose(problem);

        Assert.NotNull(chosen);
        Assert.InRange(chosen.Share, 0.2, 0.85);
        var (far, near) = (problem.Fit(chosen.Strength, 1), problem.Fit(chosen.Strength, chosen.Share));
        Assert.All(Enumerable.Range(0, (Rare + 20) * Classes), c => Assert.Equal(chosen.Share * far[c], near[c], 1e-9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_problems_the_one_that_tells_more_is_taken(bool first)
    {
        var (random, tell, other, labels) = (new Random(3), new SparseRows(), new SparseRows(), new float[200]);
        for (var r = 0; r < labels.Length; r++)
        {
            var column = random.Next(Columns);
            labels[r] = column % 2;
            tell.Add([column], [1]);
            other.Add([random.Next(Columns)], [1]);
        }
        var (telling, silent) = (new LinearProblem(tell, labels, Columns, new LogisticLoss()), new LinearProblem(other, labels, Columns, new LogisticLoss()));
        Assert.Same(telling, (first ? CrossValidation.Choose(telling, silent) : CrossValidation.Choose(silent, telling))!.Problem);
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
