using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class LinearProblemTests
{
    private static readonly int[] s_all = [.. Enumerable.Range(0, 40)];

    [Fact]
    public void Squares_give_ridge_regression()
    {
        // One column of x = ±1 in equal parts, labels 5 + 2 x: the bias is the mean, the weight is sum(x y) / (sum(x²) + strength).
        var rows = new SparseRows();
        foreach (var r in s_all) { rows.Add([0], [r % 2 == 0 ? 1 : -1]); }
        var problem = new LinearProblem(rows, [.. s_all.Select(r => r % 2 == 0 ? 7f : 3f)], 1, new SquaredLoss(0, 1));

        var weights = problem.Fit(s_all, 10, problem.Prior(s_all));

        Assert.Equal(80.0 / (40 + 10), weights[0], 1e-3);
        Assert.Equal(5.0, weights[1], 1e-3);
    }

    public static TheoryData<string> Losses => ["logistic", "softmax", "squared"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void No_step_from_the_fit_is_downhill(string kind)
    {
        ILinearLoss loss = kind switch { "logistic" => new LogisticLoss(), "softmax" => new SoftmaxLoss(3), _ => new SquaredLoss(1, 2) };
        var random = new Random(1);
        var rows = new SparseRows();
        foreach (var _ in s_all) { rows.Add([random.Next(3), 3], [random.NextSingle(), 1 - random.NextSingle()]); }
        var classes = kind == "softmax" ? 3 : 2;
        var problem = new LinearProblem(rows, [.. s_all.Select(_ => (float)random.Next(classes))], 4, loss);
        var fit = problem.Fit(s_all, 0.5, problem.Prior(s_all));
        var lowest = Objective(fit);

        for (var trial = 0; trial < 50; trial++)
        {
            double[] other = [.. fit.Select(w => w + (0.1 * (random.NextDouble() - 0.5)))];
            Assert.True(Objective(other) > lowest - 1e-3);
        }
        Assert.True(lowest < Objective(problem.Prior(s_all)));

        double Objective(double[] weights) => s_all.Sum(r => Loss(problem, r, weights)) + (0.25 * weights[..^loss.Outputs].Sum(w => w * w))
            + (0.5 * weights[^loss.Outputs..].Zip(problem.Prior(s_all)[^loss.Outputs..], (b, p) => (b - p) * (b - p)).Sum());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Slopes_are_those_of_the_loss(string kind)
    {
        ILinearLoss loss = kind switch { "logistic" => new LogisticLoss(), "softmax" => new SoftmaxLoss(3), _ => new SquaredLoss(1, 2) };
        double[] at = loss.Outputs == 3 ? [0.3, -1.2, 2] : [-0.7];
        double[] slopes = [.. at];
        var value = loss.Slopes(slopes, 1);

        for (var o = 0; o < at.Length; o++)
        {
            double[] moved = [.. at];
            moved[o] += 1e-6;
            Assert.Equal((loss.Slopes(moved, 1) - value) / 1e-6, slopes[o], 1e-4);
        }
    }

    [Fact]
    public void The_prior_tells_how_labels_are_spread()
    {
        Assert.Equal(Math.Log(3.5 / 1.5), new LogisticLoss().Prior([1, 1, 0, 1])[0], 1e-9);
        var logits = new SoftmaxLoss(3).Prior([0, 0, 2]);
        Assert.Equal(Math.Log(2.5 / 0.5), logits[0] - logits[1], 1e-9);
        Assert.Equal(0, logits.Sum(), 1e-9);
        Assert.Equal(0.5, new SquaredLoss(1, 2).Prior([1, 3])[0], 1e-9);
    }

    private static double Loss(LinearProblem problem, int row, double[] weights)
    {
        double[] losses = [0];
        problem.Losses(row, weights, weights, [1], losses);
        return losses[0];
    }
}
