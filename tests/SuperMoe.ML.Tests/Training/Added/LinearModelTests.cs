using SuperMoe.ML.Training.Added;

namespace SuperMoe.ML.Tests.Training.Added;

public sealed class LinearModelTests
{
    private static readonly int[] s_all = [.. Enumerable.Range(0, 200)];

    private readonly Random _random = new(3);

    [Fact]
    public void Numbers_have_the_solution_of_ridge_regression()
    {
        var (rows, dense) = Rows(1);
        double[] targets = [.. dense.Select(d => (2 * d[0]) + 1)];
        var weights = new LinearModel(rows, targets, 1, isNumber: true).Fit(s_all, variance: 0.01);
        // One feature: the constant, whose prior has the variance 1 around the mean, and the slope solve a system of two equations.
        double n = 200, sx = dense.Sum(d => d[0]), sxx = dense.Sum(d => d[0] * d[0]), sy = targets.Sum(), sxy = dense.Zip(targets).Sum(p => p.First[0] * p.Second);
        double a = sxx + 100, b = sx, c = n + 1, right = sy + (sy / n);
        Assert.Equal(((sxy * c) - (b * right)) / ((a * c) - (b * b)), weights[0], 3);
        Assert.Equal(((a * right) - (b * sxy)) / ((a * c) - (b * b)), weights[1], 3);
    }

    [Fact]
    public void Two_classes_of_two_outputs_say_what_one_output_says()
    {
        var (rows, dense) = Rows(3);
        double[] yes = [.. dense.Select(d => d[0] - (2 * d[1]) + _random.NextDouble() > 0.5 ? 1.0 : 0.0)];
        var one = new LinearModel(rows, yes, 1, isNumber: false);
        var two = new LinearModel(rows, [.. yes.SelectMany(y => (double[])[1 - y, y])], 2, isNumber: false);
        // The two share the difference: of a prior of half the variance each.
        var expected = one.Outputs(s_all, one.Fit(s_all, variance: 1000));
        var both = two.Outputs(s_all, two.Fit(s_all, variance: 500));
        for (var u = 0; u < 200; u++) { Assert.Equal(expected[u], both[(2 * u) + 1] - both[2 * u], 0.05 * Math.Max(1, Math.Abs(expected[u]))); }
        Assert.True(s_all.Average(u => expected[u] > 0 == (yes[u] == 1) ? 1.0 : 0) > 0.8);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void A_fit_has_a_smaller_loss_than_nothing_and_a_strong_prior_is_nothing(int outputs, bool isNumber)
    {
        var (rows, dense) = Rows(3);
        double[] targets = outputs == 1
            ? [.. dense.Select(d => isNumber ? d[0] : d[0] > 0 ? 1.0 : 0)]
            : [.. dense.SelectMany(d => Enumerable.Range(0, outputs).Select(o => o == Array.IndexOf(d, d.Max()) ? 1.0 : 0))];
        var model = new LinearModel(rows, targets, outputs, isNumber);
        var nothing = model.Outputs(s_all, model.Nothing(s_all));
        var fit = model.Outputs(s_all, model.Fit(s_all, variance: 10));
        var losses = new[] { 0, 0.5, 1 }.Select(share => model.Loss(s_all, nothing, fit, share)).ToList();
        Assert.True(losses[2] < losses[1] && losses[1] < losses[0], string.Join(", ", losses));
        var strong = model.Outputs(s_all, model.Fit(s_all, variance: 1e-9));
        for (var i = 0; i < strong.Length; i++) { Assert.Equal(nothing[i], strong[i], 1e-2); }
    }

    private (FeatureRows Rows, List<double[]> Dense) Rows(int columns)
    {
        var rows = new FeatureRows(columns);
        var dense = new List<double[]>();
        foreach (var _ in s_all)
        {
            dense.Add([.. Enumerable.Range(0, columns).Select(_ => (double)(float)(_random.NextDouble() - 0.5))]);
            for (var c = 0; c < columns; c++) { rows.Add(c, (float)dense[^1][c]); }
            rows.EndRow();
        }
        return (rows, dense);
    }
}
