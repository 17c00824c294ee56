using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(0.1, 0.05, 0.5)]
    [InlineData(0.1, 0.1, 1)]
    [InlineData(0.1, 0.55, 0.6)]
    [InlineData(0.1, 1, 0.2)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0.5, 0.6)]
    [InlineData(1, 0.25, 0.25)]
    [InlineData(1, 1, 1)]
    [InlineData(0.1, 1.5, 0.2)] // the clock may run over
    public void At_rises_linearly_to_the_peak_and_falls_linearly_to_the_final_share(double warmUp, double progress, double share)
    {
        var schedule = new LearningRateSchedule(new TrainingOptions { LearningRate = 0.02, WarmUp = warmUp, FinalLearningRate = 0.2 });
        Assert.Equal(0.02 * share, schedule.At(progress), 1e-9);
    }
}
