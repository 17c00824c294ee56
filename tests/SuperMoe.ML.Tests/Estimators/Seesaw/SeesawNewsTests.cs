namespace SuperMoe.ML.Tests.Estimators.Seesaw;

/// <summary>What is told while a comparison runs.</summary>
public sealed class SeesawNewsTests : IDisposable
{
    private readonly SeesawRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Progress_tells_of_every_run_and_what_is_left()
    {
        _rig.Seesaw.Folder = null;
        _rig.Run();
        Assert.Equal(Enumerable.Range(1, 8).SelectMany(i => new[] { (i, SeesawRunState.Started), (i, SeesawRunState.Finished) }), _rig.Heard.Select(h => (h.Run, h.State)));
        Assert.All(_rig.Heard, h => Assert.Equal(8, h.Runs));
        Assert.Equal(double.NaN, _rig.Heard[0].SecondsLeft);
        Assert.All(_rig.Heard.Skip(1), h => Assert.True(h.SecondsLeft >= 0));
        Assert.Equal(0, _rig.Heard[^1].SecondsLeft);
        Assert.Equal(("Alone", "Churned", 4), (_rig.Heard[^1].Contestant, Assert.Single(_rig.Heard[^1].Tasks), _rig.Heard[^1].Seed));
    }

    [Fact]
    public void Training_is_heard_with_the_run_it_belongs_to_and_by_the_options_listener()
    {
        var own = new List<TrainingProgress>();
        _rig.Options.Training.Progress = new Listener(own);
        var step = new TrainingProgress(1, 2, 3, 4, 0.5, new Dictionary<string, double>(), 100, null);
        _rig.Engine.OnTrain = job => job.Model.Options.Training.Progress!.Report(step);
        _rig.Run();
        var training = _rig.Heard.Where(h => h.State == SeesawRunState.Training).ToList();
        Assert.Equal(Enumerable.Range(1, 8), training.Select(h => h.Run));
        Assert.All(training, h => Assert.Same(step, h.Training));
        Assert.Equal(8, own.Count);
    }

    [Fact]
    public void Log_tells_of_the_plan_and_of_every_run()
    {
        _rig.Run();
        Assert.Contains(_rig.Lines, l => l.Contains("8 runs, 2 of each: Joint, and Gender, Age, Churned alone.", StringComparison.Ordinal));
        Assert.Contains(_rig.Lines, l => l.Contains("32 users to train on, 8 held out", StringComparison.Ordinal));
        var runs = _rig.Lines.Where(l => l.Contains("Run ", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, runs.Count);
        Assert.Matches(@"Run 3 of 8 \(Age alone, seed 3\): Age RMSE [0-9.]+; [0-9.]+ s, best epoch 0 of 0; 5 left, about [0-9.]+ s\.", runs[2]);
        Assert.DoesNotContain("left", runs[7], StringComparison.Ordinal);
    }

    private sealed class Listener(List<TrainingProgress> heard) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => heard.Add(value);
    }
}
