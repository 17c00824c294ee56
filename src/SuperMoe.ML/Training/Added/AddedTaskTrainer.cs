using System.Diagnostics;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tasks;
using TorchSharp;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// Learns a task on a frozen model from its labelled users alone. The number of epochs is that of the smallest loss over held-out labels. Few labels are too
/// few to do without: each is held out once, in a run of its own part, and a last run learns from all.
/// </summary>
internal sealed class AddedTaskTrainer
{
    private const int ManyLabels = 2000;
    private const int BlindEpochs = 3; // where nothing can be held out

    private readonly MultiTaskModel _model;
    private readonly AddedTaskRequest _request;
    private readonly FrozenBatches _batches;
    private readonly int _folds;
    private readonly int _labels;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private AddedTaskTrainer(MultiTaskModel model, AddedTaskRequest request, int[][] folds, FrozenBatches batches)
    {
        (_model, _request, _batches) = (model, request, batches);
        (_folds, _labels) = (folds.Length, folds.Sum(f => f.Length));
    }

    private FitTaskOptions Options => _request.Options;

    /// <summary>Learns the task.</summary>
    /// <param name="model">A trained model, on the request's device; it stays as it is, and may score meanwhile.</param>
    /// <param name="request">The task, and users of whom some have labels.</param>
    /// <exception cref="InvalidOperationException">A loss became NaN or infinite.</exception>
    public static (AddedTask Task, FitTaskReport Report) Train(MultiTaskModel model, AddedTaskRequest request)
    {
        var folds = LabelFolds.Of(request.Labels, request.Data.Count, request.Task is not RegressionTask, request.Options.Folds, new Random(request.Seed));
        using var batches = new FrozenBatches(model, request, folds);
        try
        {
            return new AddedTaskTrainer(model, request, folds, batches).Run();
        }
        catch (NonFiniteLossException e)
        {
            throw new InvalidOperationException(
                $"{e.Message} at learning rate {request.Options.LearningRate:g3}. A smaller {nameof(FitTaskOptions.LearningRate)} or labels of a smaller range may help.", e);
        }
    }

    private (AddedTask, FitTaskReport) Run()
    {
        if (_folds == 1) { return OnAll(new EpochChoice(Math.Min(BlindEpochs, Options.Epochs), double.NaN, new Dictionary<string, double>())); }
        var held = _labels < ManyLabels ? _folds : 1;
        var runs = new List<AddedTaskRun>();
        try
        {
            for (var fold = 0; fold < held; fold++) { runs.Add(new AddedTaskRun(_model, _request, _batches, fold)); }
            var choice = Search(runs);
            if (held > 1) { return OnAll(choice); }
            runs[0].Recall();
            return Take(runs[0], choice);
        }
        finally
        {
            foreach (var run in runs) { run.Dispose(); }
        }
    }

    // All runs go on together, so that the epoch is chosen by all held-out labels at once.
    private EpochChoice Search(List<AddedTaskRun> runs)
    {
        EpochChoice? best = null;
        var training = new double[runs.Count];
        var validation = new TaskValidation[runs.Count];
        for (var epoch = 1; epoch <= Options.Epochs && epoch - (best?.Epoch ?? epoch) <= Options.Patience; epoch++)
        {
            var clock = Stopwatch.StartNew();
            Each(runs.Count, r => (training[r], validation[r]) = (runs[r].Epoch(), runs[r].Validate()));
            var loss = validation.Sum(v => v.Loss * v.Labels.Count) / validation.Sum(v => v.Labels.Count);
            var metrics = runs[0].Task.Head.Metrics([.. validation.SelectMany(v => v.Predictions)], [.. validation.SelectMany(v => v.Labels)]);
            Report(epoch, runs, new TaskReport(training.Average(), loss, metrics), clock.Elapsed.TotalSeconds);
            if (best is not null && loss >= best.Loss) { continue; }
            best = new EpochChoice(epoch, loss, metrics);
            if (runs.Count == 1) { runs[0].Remember(); }
        }
        return best!;
    }

    private (AddedTask, FitTaskReport) OnAll(EpochChoice choice)
    {
        using var run = new AddedTaskRun(_model, _request, _batches, heldOut: -1);
        for (var epoch = 0; epoch < choice.Epoch; epoch++) { run.Epoch(); }
        run.Finish();
        return Take(run, choice);
    }

    private (AddedTask, FitTaskReport) Take(AddedTaskRun run, EpochChoice choice)
    {
        var task = run.Take();
        var weights = task.parameters().Sum(p => p.numel());
        return (task, new FitTaskReport(_request.Task.Name, _labels, choice.Epoch, choice.Loss, choice.Metrics, weights, _clock.Elapsed.TotalSeconds));
    }

    // On the CPU side by side; each run draws from sources of its own, so that nothing depends on who is first.
    private void Each(int count, Action<int> work)
    {
        if (_request.Device.type == DeviceType.CPU)
        {
            SideBySide.Run(count, work);
            return;
        }
        for (var i = 0; i < count; i++) { work(i); }
    }

    private void Report(int epoch, List<AddedTaskRun> runs, TaskReport task, double seconds)
    {
        var tasks = new Dictionary<string, TaskReport> { [_request.Task.Name] = task };
        var pace = runs.Sum(r => r.Events) / seconds;
        var completed = new EpochReport(epoch, Options.LearningRate, task.TrainingLoss, -task.ValidationLoss, tasks, seconds, 0, pace);
        var losses = new Dictionary<string, double> { [_request.Task.Name] = task.TrainingLoss };
        _request.Progress(new TrainingProgress(epoch, Options.Epochs, runs[0].Steps, runs[0].Steps, task.TrainingLoss, losses, pace, completed));
    }
}
