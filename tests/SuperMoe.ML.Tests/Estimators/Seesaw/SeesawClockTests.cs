using SuperMoe.ML.Estimators;
using SuperMoe.ML.Estimators.Seesaw;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

public sealed class SeesawClockTests
{
    private readonly PlannedRun _joint = Planned("Joint", "A", "B");
    private readonly PlannedRun _a = Planned("Alone", "A");
    private readonly PlannedRun _b = Planned("Alone", "B");

    [Fact]
    public void Estimate_goes_by_runs_of_the_same_kind_and_else_by_all()
    {
        var clock = new SeesawClock();
        Assert.Equal(double.NaN, clock.Estimate([_joint, _a]));
        Assert.Equal(0, clock.Estimate([]));
        clock.Add(_joint, 30);
        Assert.Equal(30 + 30, clock.Estimate([_joint, _a]));
        clock.Add(_a, 8);
        clock.Add(_a, 12);
        Assert.Equal(30 + 10, clock.Estimate([_joint, _a]));
        Assert.Equal(20, clock.Estimate([_b])); // the mean of 30 and 10
    }

    private static PlannedRun Planned(string contestant, params string[] tasks)
    {
        var options = OptionsSnapshot.Of(SampleUsers.Options());
        options.Tasks = [.. tasks.Select(t => new RegressionTask(t))];
        options.Training.Seed = 1;
        return new PlannedRun(contestant, options);
    }
}
