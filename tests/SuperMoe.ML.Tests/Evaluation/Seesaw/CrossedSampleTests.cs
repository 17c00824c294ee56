using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

public sealed class CrossedSampleTests
{
    [Fact]
    public void Interval_is_that_worked_out_by_hand()
    {
        // Cells 1, 3 and 2, 6. Of seeds' means 2 and 4 the variance is 2, by two seeds 1; of groups' means 1.5 and 4.5 it is 4.5, by two groups 2.25;
        // what is left is +-0.5 in every cell, with one degree a mean square of 1, by four cells 0.25. 1 + 2.25 - 0.25 = 3; Satterthwaite's
        // 3 x 3 / (1 + 2.25 x 2.25 + 0.25 x 0.25) = 1.5 degrees, in whole ones 1; t 12.7062.
        var interval = CrossedSample.Interval([2, 4], [[3, 1], [6, 2]], 0.95);
        Assert.Equal(3, interval.Mean, 1e-12);
        Assert.Equal(12.7062 * Math.Sqrt(3), interval.Upper - interval.Mean, 1e-3);
        Assert.Equal(interval.Upper - interval.Mean, interval.Mean - interval.Lower, 1e-12);
    }

    [Fact]
    public void Where_users_are_alike_the_interval_is_that_over_seeds()
    {
        double[] whole = [0.03, 0.01, 0.02];
        var crossed = CrossedSample.Interval(whole, [.. whole.Select(w => Enumerable.Repeat(w, 10).ToArray())], 0.9);
        var expected = SeesawInterval.Of(whole, 0.9);
        Assert.Equal(expected.Lower, crossed.Lower, 1e-12);
        Assert.Equal(expected.Upper, crossed.Upper, 1e-12);
    }

    [Fact]
    public void Intervals_hold_the_truth_as_often_as_they_say()
    {
        // 5 seeds and 40 groups with effects of their own beside those of cells; the truth is 0.
        var random = new Random(5);
        const int Trials = 1000;
        var (both, seedsOnly) = (0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            double[] groups = [.. Enumerable.Range(0, 40).Select(_ => 2 * Normal(random))];
            double[][] cells = [.. Enumerable.Range(0, 5).Select(_ => Normal(random) * 0.3).Select(s => (double[])[.. groups.Select(g => g + s + Normal(random))])];
            double[] whole = [.. cells.Select(c => c.Average())];
            double[][] without = [.. cells.Select(c => (double[])[.. c.Select(v => (c.Sum() - v) / (c.Length - 1))])];
            if (Holds(CrossedSample.Interval(whole, without, 0.9))) { both++; }
            if (Holds(SeesawInterval.Of(whole, 0.9))) { seedsOnly++; }
        }
        Assert.InRange(both / (double)Trials, 0.87, 0.95);
        Assert.InRange(seedsOnly / (double)Trials, 0, 0.85); // which users were held out is chance that seeds do not show

        static bool Holds(SeesawInterval interval) => interval.Lower < 0 && interval.Upper > 0;
    }

    [Fact]
    public void Interval_is_never_narrower_than_that_over_seeds()
    {
        // Two seeds that differ, and groups that differ more: with degrees of freedom of both, Student's t alone would make it narrower.
        double[] whole = [0, 0.01];
        var without = whole.Select(w => (double[])[.. Enumerable.Range(0, 50).Select(g => w + ((g % 2) - 0.5) * 0.001)]).ToArray();
        var crossed = CrossedSample.Interval(whole, without, 0.95);
        var overSeeds = SeesawInterval.Of(whole, 0.95);
        Assert.True(crossed.Lower <= overSeeds.Lower && crossed.Upper >= overSeeds.Upper, crossed.ToString());
    }

    [Fact]
    public void Groups_that_nobody_with_a_label_is_in_are_no_degrees_of_freedom()
    {
        double[] whole = [0.1, 0.1];
        var (few, many) = (Width(4), Width(40));
        Assert.Equal(StudentT.CriticalValue(0.95, 3) / StudentT.CriticalValue(0.95, 39), few / many, 1e-6);

        // The same spread over all groups, by some of them only.
        double Width(int telling)
        {
            var scale = 1 / Math.Sqrt(telling);
            double[] without = [.. Enumerable.Range(0, 120).Select(g => g < telling ? 0.1 + (scale * Contrast(g, telling)) : 0.1)];
            var interval = CrossedSample.Interval(whole, [without, without], 0.95);
            return interval.Upper - interval.Lower;
        }

        // Of mean 0 and mean square 1.
        static double Contrast(int g, int count) => (g - ((count - 1) / 2.0)) / Math.Sqrt(((count * (double)count) - 1) / 12);
    }

    [Theory]
    [InlineData(1, 10, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(3, 10, double.NaN)]
    public void Without_seeds_groups_or_values_there_is_no_interval(int seeds, int groups, double value)
    {
        double[] whole = [.. Enumerable.Repeat(0.1, seeds)];
        var interval = CrossedSample.Interval(whole, [.. whole.Select(_ => Enumerable.Repeat(value, groups).ToArray())], 0.95);
        Assert.Equal(0.1, interval.Mean, 1e-12);
        Assert.Equal((double.NaN, double.NaN), (interval.Lower, interval.Upper));
    }

    [Fact]
    public void Where_nothing_differs_the_interval_has_no_width()
    {
        var interval = CrossedSample.Interval([0, 0], [[0, 0], [0, 0]], 0.95);
        Assert.Equal((0, 0), (interval.Lower, interval.Upper));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
