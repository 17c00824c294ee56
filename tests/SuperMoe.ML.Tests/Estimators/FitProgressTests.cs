using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Estimators;

namespace SuperMoe.ML.Tests.Estimators;

public sealed class FitProgressTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _lines = [];
    private readonly RecordingProgressChannel _channel = new();
    private readonly List<TrainingProgress> _heard = [];
    private readonly IChannel _log;

    public FitProgressTests()
    {
        _ml.Log += (_, e) => _lines.Add(e.Message);
        _log = _ml.Environment().Start("Fit");
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Every_completed_epoch_is_a_checkpoint_with_loss_and_score()
    {
        var progress = Make();
        progress.Report(Step(1, 3, 0.9));
        progress.Report(Step(1, 10, 0.8, Completed(1, 0.8, double.NaN)));
        progress.Report(Step(2, 4, 0.7));
        progress.Report(Step(2, 10, 0.6, Completed(2, 0.6, 0.25)));

        Assert.Equal(2, _channel.Checkpoints.Count);
        Assert.Equal([0.8, null, 1, 10], _channel.Checkpoints[0]);
        Assert.Equal([0.6, 0.25, 2, 10], _channel.Checkpoints[1]);
        Assert.Equal(["Loss", "Validation score"], _channel.Header!.MetricNames);
        Assert.Equal(["epochs", "steps"], _channel.Header.UnitNames);
        Assert.Equal([3, 10, 4, 10], _heard.Select(h => h.Step));
    }

    [Fact]
    public void Log_has_a_line_for_every_completed_epoch_and_no_score_that_is_none()
    {
        var progress = Make();
        progress.Report(Step(1, 3, 0.9));
        progress.Report(Step(1, 10, 0.8, Completed(1, 0.8, double.NaN)));
        progress.Report(Step(2, 10, 0.6, Completed(2, 0.6, 0.25)));

        var epochs = _lines.Where(l => l.Contains("Epoch ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, epochs.Count);
        Assert.Contains("Epoch 1 of at most 5: loss 0.8, 1,000 events/s; Age: loss 0.5, R2 0.125", epochs[0], StringComparison.Ordinal);
        Assert.Contains("Epoch 2 of at most 5: loss 0.6, validation 0.25, 1,000 events/s", epochs[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Log_tells_the_information_of_tasks_and_experts_and_weights_that_adapt()
    {
        var epoch = Completed(1, 0.8, 0.5);
        var tasks = new Dictionary<string, TaskReport> { ["Age"] = epoch.Tasks["Age"] with { Weight = 1.2341, WideShare = 0.9, NetworkShare = 0.1236 } };
        Make().Report(Step(1, 10, 0.8, epoch with { TaskExpertInformation = 0.31421, Tasks = tasks }));
        Assert.Contains(
            "loss 0.8, validation 0.5, task-expert information 0.3142, 1,000 events/s; Age: weight 1.234, loss 0.5, wide part × 0.9 + network × 0.124, R2 0.125", _lines.Single(l => l.Contains("Epoch ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Who_asks_the_channel_is_told_where_training_stands()
    {
        var progress = Make();
        var before = new RecordingProgressEntry();
        _channel.Fill!(before);
        Assert.Empty(before.Progress);

        progress.Report(Step(2, 4, 0.7));
        var entry = new RecordingProgressEntry();
        _channel.Fill(entry);

        Assert.Equal((1, 5), entry.Progress[0]); // epochs done
        Assert.Equal((4, 10), entry.Progress[1]);
        Assert.Equal(0.7, entry.Metrics[0]);
    }

    [Fact]
    public void ML_NET_s_own_channel_takes_the_checkpoints()
    {
        using var channel = _ml.Environment().StartProgressChannel("SuperMoe");
        var progress = new FitProgress(_log, channel, null);
        progress.Report(Step(1, 10, 0.8, Completed(1, 0.8, double.NaN)));
        progress.Report(Step(2, 10, 0.6, Completed(2, 0.6, 0.25)));
        Assert.Equal(2, _lines.Count(l => l.Contains("Epoch ", StringComparison.Ordinal)));
    }

    private FitProgress Make() => new(_log, _channel, new Listener(_heard));

    private static TrainingProgress Step(int epoch, int step, double loss, EpochReport? completed = null) =>
        new(epoch, 5, step, 10, loss, new Dictionary<string, double> { ["Age"] = loss }, 1000, completed);

    private static EpochReport Completed(int epoch, double loss, double score) => new(
        epoch,
        0.001,
        loss,
        score,
        new Dictionary<string, TaskReport> { ["Age"] = new(0.5, 0.5, new Dictionary<string, double> { ["R2"] = 0.125 }) },
        1,
        1,
        1000);

    private sealed class Listener(List<TrainingProgress> heard) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => heard.Add(value);
    }
}
