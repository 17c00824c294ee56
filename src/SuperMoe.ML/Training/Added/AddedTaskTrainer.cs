using System.Diagnostics;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tasks;
using TorchSharp;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// Learns a task on a frozen model from its labelled users alone, in two stages: a linear part, whose prior is as strong as held-out labels want it, then token, adapters and head by
/// gradients, for as many epochs as give the smallest loss over held-out labels, and none if that is no gain. Few labels are too few to do without: each is held
/// out once, in a run of its own part, and a last run learns from all.
/// </summary>
internal sealed class AddedTaskTrainer
{
    private const int ManyLabels = 2000;

    private readonly MultiTaskModel _model;
    private readonly AddedTaskRequest _request;
    private readonly FrozenBatches _batches;
    private readonly int[][] _folds;
    private readonly int _labels;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private AddedTaskTrainer(MultiTaskModel model, AddedTaskRequest request, int[][] folds, FrozenBatches batches)
    {
        (_model, _request, _batches) = (model, request, batches);
        (_folds, _labels) = (folds, folds.Sum(f => f.Length));
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
        var held = _folds.Length == 1 ? 0 : _labels < ManyLabels ? _folds.Length : 1;
        var linear = new LinearSearch(_model, _request, _batches, _folds[..held]);
        if (held == 0) { return OnAll(linear, new EpochChoice(0, double.NaN, new Dictionary<string, double>())); }
        var runs = new List<AddedTaskRun>();
        try
        {
            for (var fold = 0; fold < held; fold++) { runs.Add(new AddedTaskRun(_model, _request, _batches, linear, fold)); }
            var choice = Search(runs);
            if (held > 1) { return OnAll(linear, choice); }
            runs[0].Recall();
            return Take(runs[0], choice);
        }
        finally
        {
            foreach (var run in runs) { run.Dispose(); }
        }
    }

    // All runs go on together, so that the epoch is chosen by all held-out labels at once. Epoch 0 is the linear part alone.
    private EpochChoice Search(List<AddedTaskRun> runs)
    {
        var training = new double[runs.Count];
        var validation = new TaskValidation[runs.Count];
        Each(runs.Count, r => validation[r] = runs[r].Validate());
        double[] linear = [.. validation.Select(v => v.Loss)];
        var (first, _) = Judge(0, runs, validation);
        var (best, isBetter) = (first, false);
        if (runs.Count == 1) { runs[0].Remember(); }
        for (var epoch = 1; epoch <= Options.Epochs && epoch - best.Epoch <= Options.Patience; epoch++)
        {
            var clock = Stopwatch.StartNew();
            Each(runs.Count, r => (training[r], validation[r]) = (runs[r].Epoch(), runs[r].Validate()));
            var (choice, task) = Judge(epoch, runs, validation, training.Average());
            Report(epoch, runs, task, clock.Elapsed.TotalSeconds);
            if (choice.Loss >= best.Loss) { continue; }
            (best, isBetter) = (choice, IsBetter([.. validation.Select((v, f) => linear[f] - v.Loss)]));
            if (runs.Count == 1) { runs[0].Remember(); } // a single run is better as soon as its loss is smaller
        }
        return isBetter ? best : first;
    }

    private static (EpochChoice Choice, TaskReport Task) Judge(int epoch, List<AddedTaskRun> runs, TaskValidation[] validation, double trainingLoss = double.NaN)
    {
        var loss = validation.Sum(v => v.Loss * v.Labels.Count) / validation.Sum(v => v.Labels.Count);
        var metrics = runs[0].Task.Head.Metrics([.. validation.SelectMany(v => v.Predictions)], [.. validation.SelectMany(v => v.Labels)]);
        return (new EpochChoice(epoch, loss, metrics), new TaskReport(trainingLoss, loss, metrics));
    }

    // What gradients add must be more than chance: the mean gain over the parts is above its standard error. One part has many labels.
    private static bool IsBetter(double[] gains)
    {
        var mean = gains.Average();
        if (gains.Length == 1) { return mean > 0; }
        return mean > Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Length * (gains.Length - 1.0)));
    }

    private (AddedTask, FitTaskReport) OnAll(LinearSearch linear, EpochChoice choice)
    {
        using var run = new AddedTaskRun(_model, _request, _batches, linear, heldOut: -1);
        for (var epoch = 0; epoch < choice.Epoch; epoch++) { run.Epoch(); }
        run.Finish();
        return Take(run, choice);
    }

    private (AddedTask, FitTaskReport) Take(AddedTaskRun run, EpochChoice choice)
    {
        var task = run.Take();
        var weights = task.state_dict().Values.Sum(p => p.numel());
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
