using System.Diagnostics;
using System.Globalization;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Balancing;
using TorchSharp;

namespace SuperMoe.ML.Training;

/// <summary>The training loop: epochs of shuffled batches, validation after each, early stopping, and the best epoch's weights.</summary>
internal sealed class Trainer
{
    private const int ExpertSample = 2000;

    private readonly TrainingRequest _request;
    private readonly TrainingOptions _options;
    private readonly Random _random;
    private readonly UserSplit _split;
    private readonly MultiTaskModel _model;
    private readonly Stopwatch _clock = new();
    private readonly string[] _tasks;
    private readonly BatchBuilder _inputs;
    private readonly LabelBuilder _labels;
    private readonly TrainingBatch[] _buffers;
    private readonly ITaskBalancer _balancer;
    private readonly bool _reportsWeights;
    private readonly double[] _labelCounts;

    private Trainer(TrainingRequest request)
    {
        _request = request;
        _options = request.Training;
        _random = new Random(request.Seed);
        _tasks = [.. request.Tasks.Select(t => t.Name)];
        _split = new UserSplit(request.Data, _options, request.Tasks.Any(t => t is NextItemTask), _random);
        _labelCounts = LabelCounts.Of(request, _split);
        for (var t = 0; t < _tasks.Length; t++)
        {
            if (_labelCounts[t] == 0) { throw new InvalidOperationException(NothingToLearn(request.Tasks[t])); }
        }
        _inputs = new BatchBuilder(request.Data, request.Model.MaxLength, request.Device);
        _labels = new LabelBuilder(request.Data, _split, request.Model.MaxLength);
        _buffers = BatchLoader.Buffers(request);
        _model = ModelSetup.Create(request, _split);
        var shares = LabelCounts.Shares(request, _split);
        _balancer = TaskBalancers.Of(_options.Balancing, _model.Heads, request.Seed, shares);
        _reportsWeights = _balancer is not FixedWeights || shares.Any(s => s != 1);
    }

    /// <summary>Trains a model.</summary>
    /// <exception cref="InvalidOperationException">A task has no labels, or targets, that training may see; or a loss became NaN or infinite: the message says which, and where.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TrainedModel Train(TrainingRequest request)
    {
        var trainer = new Trainer(request);
        try
        {
            return new TrainedModel(trainer._model, trainer.Run());
        }
        catch
        {
            trainer._model.Dispose();
            throw;
        }
    }

    private string NothingToLearn(SuperMoeTask task) => $"The task '{task.Name}' has nothing to learn from: " + (task is NextItemTask
        ? "no row has two events that training may see, one to predict from and one to predict"
            + (_options.LeaveLastEventOut ? $"; {nameof(TrainingOptions.LeaveLastEventOut)} keeps the last one of each row." : ".")
        : $"all of its labels are in rows that validation keeps. More labels, another {nameof(TrainingOptions.Seed)}, a smaller {nameof(TrainingOptions.ValidationFraction)} "
            + string.Create(CultureInfo.InvariantCulture, $"({_options.ValidationFraction}) or a ValidationColumn may help."));

    private TrainingReport Run()
    {
        _clock.Start();
        new WideFitter(_request, _split, _model).Fit();
        _model.to(_request.Device);
        var counts = ModelSetup.ItemCounts(_request.Data, _split);
        if (_model.NextItem is { } next) { next.Compute = PrecisionChoice.OfLogits(_options.Precision, _request.Device); }
        _model.NextItem?.Prepare(counts, onlySeen: _request.Attributes is not null, _request.Device);
        using var random = new RandomSources(_random.Next(), _request);
        using var optimizer = new Optimizer(_model, _options);
        using var best = new BestEpoch(_model);
        using var average = new WeightAverage(_model, _options.WeightAveraging);
        var step = new TrainingStep(_model, _request, optimizer, random, _balancer);
        var validator = new Validator(_model, _request, _split);
        var epochs = Epochs(step, validator, average, best);
        if (best.Epoch < epochs.Count) { best.Restore(); }
        else { average.Swap(); }
        return new TrainingReport(
            epochs, best.Epoch, epochs.Count < _options.Epochs, _model.ParameterCount, validator.MeasureExperts(Sample()), _clock.Elapsed.TotalSeconds);
    }

    private List<EpochReport> Epochs(TrainingStep step, Validator validator, WeightAverage average, BestEpoch best)
    {
        var epochs = new List<EpochReport>();
        var schedule = new LearningRateSchedule(_options);
        for (var epoch = 1; epoch <= _options.Epochs && (epoch == 1 || !TimeIsUp()); epoch++)
        {
            var totals = new EpochTotals(_tasks);
            var (rate, steps) = Steps(epoch, step, average, schedule, totals);
            totals.Stop();
            _balancer.EndEpoch([.. Enumerable.Range(0, _tasks.Length).Select(totals.TaskLoss)]);
            average.Swap();
            var report = Validate(epoch, validator, totals, rate);
            epochs.Add(report);
            Report(epoch, steps, steps, totals, report);
            best.Consider(epoch, LogScore(report.Tasks));
            average.Swap();
            if (epoch - best.Epoch >= _options.Patience) { break; }
        }
        return epochs;
    }

    private (double Rate, int Steps) Steps(int epoch, TrainingStep step, WeightAverage average, LearningRateSchedule schedule, EpochTotals totals)
    {
        var users = Enumerable.Range(0, _request.Data.Count).ToArray();
        _random.Shuffle(users);
        var batches = BatchPlanner.Plan(users, u => Math.Min(_split.TrainingInputLength(u), _request.Model.MaxLength), _options.BatchTokens).ToArray();
        _random.Shuffle(batches);
        step.UsualLabels = [.. _labelCounts.Select((n, t) => _request.Tasks[t] is NextItemTask ? double.NaN : n / batches.Length)];
        var rate = 0.0;
        var heard = Stopwatch.StartNew();
        using var loader = new BatchLoader(batches, Fill, _buffers);
        for (var s = 0; s < batches.Length && ((epoch, s) == (1, 0) || !TimeIsUp()); s++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            _request.CheckAlive();
            rate = schedule.At(Progress(epoch, s + 1, batches.Length));
            var batch = loader.Take();
            try
            {
                totals.Add(step.Run(batch, rate), batch.Events, batch.Places);
            }
            catch (NonFiniteLossException e)
            {
                throw new InvalidOperationException(
                    $"{e.Message} in epoch {epoch}, step {s + 1} of {batches.Length} (learning rate {rate:g3}). Training stopped without an update. " +
                    $"A smaller {nameof(TrainingOptions.LearningRate)} or labels and numbers of a smaller range may help.", e);
            }
            loader.Return(batch);
            average.Update();
            if (heard.ElapsedMilliseconds < 100) { continue; }
            Report(epoch, s + 1, batches.Length, totals, null);
            heard.Restart();
        }
        return (rate, batches.Length);
    }

    // On the loader's thread.
    private void Fill(int[] users, TrainingBatch batch) => batch.Fill(users, _inputs, _labels, _request.Tasks, _split);

    private double Progress(int epoch, int step, int steps)
    {
        var done = (epoch - 1 + ((double)step / steps)) / _options.Epochs;
        return _options.TimeLimit is { } limit ? Math.Max(done, _clock.Elapsed / limit) : done;
    }

    private EpochReport Validate(int epoch, Validator validator, EpochTotals totals, double rate)
    {
        var clock = Stopwatch.StartNew();
        var results = _split.ValidationUsers.Length > 0
            ? validator.Run(_split.ValidationUsers)
            : [.. _tasks.Select(_ => new ValidatedTask(double.NaN, new Dictionary<string, double>()))];
        var tasks = new Dictionary<string, TaskReport>(StringComparer.Ordinal);
        for (var t = 0; t < _tasks.Length; t++)
        {
            tasks[_tasks[t]] = new TaskReport(totals.TaskLoss(t), results[t].Loss, results[t].Metrics)
            {
                Weight = Weight(totals.TaskFactor(t)),
                WideShare = results[t].Shares?.Wide,
                NetworkShare = results[t].Shares?.Network,
            };
        }
        return new EpochReport(epoch, rate, totals.Loss, Math.Exp(LogScore(tasks)), tasks, totals.Seconds, clock.Elapsed.TotalSeconds, totals.EventsPerSecond)
        {
            PaddingShare = totals.PaddingShare,
            TaskExpertInformation = totals.Information,
        };
    }

    private double? Weight(double factor) => _reportsWeights && !double.IsNaN(factor) ? factor : null;

    // The logarithm of the weighted geometric mean of the tasks' figures of merit that are defined: a tenth more counts the same in NDCG and in AUC. NaN if none is. Epochs are compared by it, since the
    // mean itself may be too small for a number, as where a regression has an error of a thousand deviations.
    private double LogScore(IReadOnlyDictionary<string, TaskReport> tasks)
    {
        double sum = 0, weights = 0;
        foreach (var head in _model.Heads)
        {
            if (_options.EarlyStoppingTask is { } only && only != head.Name) { continue; }
            var skill = tasks[head.Name].Metrics is { Count: > 0 } metrics ? head.LogSkill(metrics) : double.NaN;
            if (double.IsNaN(skill)) { continue; }
            sum += skill * head.Weight;
            weights += head.Weight;
        }
        return weights > 0 ? sum / weights : double.NaN;
    }

    private void Report(int epoch, int step, int steps, EpochTotals totals, EpochReport? completed)
    {
        var progress = new TrainingProgress(epoch, _options.Epochs, step, steps, totals.Loss, totals.TaskLosses, totals.EventsPerSecond, completed);
        _options.Progress?.Report(progress);
        _request.Progress(progress);
    }

    private int[] Sample() => [.. (_split.ValidationUsers.Length > 0 ? _split.ValidationUsers : Enumerable.Range(0, _request.Data.Count)).Take(ExpertSample)];

    private bool TimeIsUp() => _options.TimeLimit is { } limit && _clock.Elapsed >= limit;
}
