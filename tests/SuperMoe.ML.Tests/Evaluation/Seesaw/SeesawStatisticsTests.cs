using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Tests.Evaluation.Seesaw;

public sealed class SeesawStatisticsTests
{
    [Fact]
    public void Difference_has_the_interval_worked_out_by_hand()
    {
        // Differences 0.03, 0.01, 0.02: mean 0.02, deviation 0.01; t of 2 degrees 4.302653; half 4.302653 x 0.01 / sqrt(3).
        var task = Compare(SampleRuns.All()).Tasks[0];
        Assert.Equal(("Click", "AUC", true), (task.Task, task.Metric, task.HigherIsBetter));
        Assert.Equal(0.52, task.Alone, 1e-12);
        Assert.Equal(0.54, task.Joint, 1e-12);
        AssertInterval(0.02, 0.0248414, task.Difference);
        AssertInterval(0.02 / 0.52, 0.0248414 / 0.52, task.RelativeGain);
        Assert.Equal(SeesawVerdict.Tie, task.Verdict);
    }

    [Fact]
    public void Less_of_a_metric_that_is_better_small_is_a_gain()
    {
        var task = Compare(SampleRuns.All()).Tasks[1];
        Assert.False(task.HigherIsBetter);
        Assert.Equal(2.1, task.Alone, 1e-12);
        Assert.Equal(2.0, task.Joint, 1e-12);
        AssertInterval(0.1, 0, task.Difference);
        Assert.Equal(SeesawVerdict.Gain, task.Verdict);
    }

    [Fact]
    public void Mean_relative_gain_is_over_tasks_with_an_interval_over_seeds()
    {
        // Spend's share is the same for all seeds, so that only Click's spreads: 0.01 / 0.52 / 2.
        AssertInterval(((0.02 / 0.52) + (0.1 / 2.1)) / 2, 0.0248414 / 0.52 / 2, Compare(SampleRuns.All()).MeanRelativeGain);
    }

    [Fact]
    public void Seeds_are_paired_in_whatever_order_runs_are()
    {
        var runs = SampleRuns.All();
        var expected = Compare(runs);
        new Random(3).Shuffle(runs);
        var actual = Compare(runs);
        Assert.Equal(expected.Tasks, actual.Tasks);
        Assert.Equal(expected.MeanRelativeGain, actual.MeanRelativeGain);
    }

    [Theory]
    [InlineData(0.001, SeesawVerdict.Gain)]
    [InlineData(-0.001, SeesawVerdict.Loss)]
    [InlineData(0, SeesawVerdict.Tie)]
    [InlineData(double.NaN, SeesawVerdict.Undecided)]
    public void Verdict_follows_from_where_the_interval_is(double shift, SeesawVerdict expected)
    {
        double[] joint = [.. SampleRuns.ClickAlone.Select(v => v + shift)];
        var runs = SampleRuns.Together("Joint", joint, SampleRuns.SpendJoint)
            .Concat(SampleRuns.Alone(SampleRuns.Click, SampleRuns.ClickAlone)).Concat(SampleRuns.Alone(SampleRuns.Spend, SampleRuns.SpendAlone));
        var comparison = Compare([.. runs]);
        Assert.Equal(expected, comparison.Tasks[0].Verdict);
        Assert.Equal(double.IsNaN(shift), double.IsNaN(comparison.MeanRelativeGain.Mean));
    }

    [Fact]
    public void One_seed_has_differences_but_no_interval_and_no_verdict()
    {
        var comparison = Compare([.. SampleRuns.All().Where(r => r.Seed == 1)]);
        Assert.Equal(0.03, comparison.Tasks[0].Difference.Mean, 1e-12);
        Assert.Equal(double.NaN, comparison.Tasks[0].Difference.Lower);
        Assert.Equal(double.NaN, comparison.Tasks[0].Difference.Upper);
        Assert.All(comparison.Tasks, t => Assert.Equal(SeesawVerdict.Undecided, t.Verdict));
        Assert.Equal(double.NaN, comparison.MeanRelativeGain.Upper);
    }

    [Fact]
    public void Other_users_make_a_tie_of_a_gain_that_is_of_these_alone()
    {
        // Spend is better by 0.1 with each seed. Without one group by 0.1, without the other by 0.3: the groups' pseudo-values are 0.1 and -0.1.
        var comparison = Compare(SampleRuns.WithGroups(0, 0.2));
        var task = comparison.Tasks[1];
        Assert.Equal(SeesawVerdict.Gain, task.Verdict);
        Assert.Equal(SeesawVerdict.Tie, task.VerdictOverUsers);
        AssertInterval(0.1, 12.7062047 * Math.Sqrt(0.02 / 2), task.DifferenceOverUsers);
        AssertInterval(0.02, 0.0248414, comparison.Tasks[0].DifferenceOverUsers); // its groups are alike
        Assert.True(comparison.MeanRelativeGainOverUsers.Lower < comparison.MeanRelativeGain.Lower);
    }

    [Fact]
    public void Runs_that_did_not_measure_groups_have_no_interval_over_users()
    {
        var comparison = Compare(SampleRuns.All());
        Assert.All(comparison.Tasks, t => Assert.Equal(SeesawVerdict.Undecided, t.VerdictOverUsers));
        Assert.Equal(double.NaN, comparison.MeanRelativeGainOverUsers.Lower);
    }

    [Fact]
    public void Relative_gain_over_nothing_is_not_a_number()
    {
        SeesawRun[] runs =
        [
            .. SampleRuns.Together("Joint", [0.1, 0.2], [1, 1]), .. SampleRuns.Alone(SampleRuns.Click, [0, 0]), .. SampleRuns.Alone(SampleRuns.Spend, [1, 1]),
        ];
        var comparison = Compare(runs);
        Assert.Equal(double.NaN, comparison.Tasks[0].RelativeGain.Mean);
        Assert.Equal(0.15, comparison.Tasks[0].Difference.Mean, 1e-12);
        Assert.Equal(double.NaN, comparison.MeanRelativeGain.Mean);
    }

    private static SeesawComparison Compare(IReadOnlyList<SeesawRun> runs) =>
        new SeesawStatistics([SampleRuns.Click, SampleRuns.Spend], runs, 0.95).Compare("Joint");

    private static void AssertInterval(double mean, double half, SeesawInterval actual)
    {
        Assert.Equal(mean, actual.Mean, 1e-7);
        Assert.Equal(mean - half, actual.Lower, 1e-7);
        Assert.Equal(mean + half, actual.Upper, 1e-7);
    }
}
