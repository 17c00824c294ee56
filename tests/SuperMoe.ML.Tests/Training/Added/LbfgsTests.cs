using SuperMoe.ML.Training.Added;

namespace SuperMoe.ML.Tests.Training.Added;

public sealed class LbfgsTests
{
    [Fact]
    public void The_least_value_of_a_badly_scaled_quadratic_is_found()
    {
        double[] point = [5, -7, 3, 1], expected = [1, 2, -3, 0];
        var value = Lbfgs.Minimize(
            (p, gradient) =>
            {
                var sum = 0.0;
                for (var i = 0; i < p.Length; i++)
                {
                    var curvature = Math.Pow(10, i);
                    gradient[i] = curvature * (p[i] - expected[i]);
                    sum += gradient[i] * (p[i] - expected[i]) / 2;
                }
                return sum;
            },
            point);
        Assert.InRange(value, 0, 1e-6);
        for (var i = 0; i < point.Length; i++) { Assert.Equal(expected[i], point[i], 2); }
    }

    [Fact]
    public void Where_the_gradient_is_zero_nothing_moves()
    {
        double[] point = [2];
        Assert.Equal(4, Lbfgs.Minimize((_, gradient) => gradient[0] = 0, point) + 4);
        Assert.Equal(2, point[0]);
    }

    [Fact]
    public void A_value_that_is_no_number_ends_the_search() =>
        Assert.Equal(double.NaN, Lbfgs.Minimize((_, gradient) => gradient[0] = double.NaN, [1]));
}
