using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class LbfgsTests
{
    [Fact]
    public void A_long_valley_ends_at_its_lowest_point()
    {
        double[] widths = [1, 10, 100, 1000], lowest = [3, -2, 1, 0.5];

        var found = Lbfgs.Minimize(
            (at, slope) =>
            {
                var value = 0.0;
                for (var i = 0; i < widths.Length; i++)
                {
                    slope[i] = widths[i] * (at[i] - lowest[i]);
                    value += slope[i] * (at[i] - lowest[i]) / 2;
                }
                return value;
            },
            new double[4],
            tolerance: 1e-12);

        for (var i = 0; i < lowest.Length; i++) { Assert.Equal(lowest[i], found[i], 1e-3); }
    }

    [Fact]
    public void Where_there_is_no_slope_nothing_moves() =>
        Assert.Equal([1.0, 2.0], Lbfgs.Minimize((_, slope) => { slope.Clear(); return 5; }, [1.0, 2.0]));

    [Fact]
    public void The_start_is_left_as_it_was()
    {
        double[] start = [4];
        Lbfgs.Minimize((at, slope) => { slope[0] = 2 * at[0]; return at[0] * at[0]; }, start);
        Assert.Equal([4.0], start);
    }
}
