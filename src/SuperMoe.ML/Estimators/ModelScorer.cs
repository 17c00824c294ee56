using System.Collections.Concurrent;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Persistence;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training;
using SuperMoe.ML.Training.Added;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores users with a trained model, in batches of like length. V items, D model.</summary>
internal sealed class ModelScorer : IBatchScorer
{
    private readonly ExtendedModel _model;
    private readonly SuperMoeOptions _options;
    private readonly Device _device;
    // Read: the weights are in use; write: they are given back. Who listens to FitTask may score with the same model, on the same thread.
    private readonly ReaderWriterLockSlim _use = new(LockRecursionPolicy.SupportsRecursion);
    private readonly ConcurrentBag<ScoringWorkspace> _workspaces = []; // as many as there were calls at once
    private readonly ScoreMemory _memory;
    private readonly Lock _itemsLock = new();
    private Tensor? _items; // (V + 1, D): every item's vector
    private bool _disposed;
    private long _events;
    private long _places;

    /// <summary>A scorer of a model without added tasks.</summary>
    public ModelScorer(MultiTaskModel model, SuperMoeOptions options, ItemAttributesDocument? attributes, Device device)
        : this(new ExtendedModel(model), options, attributes, device)
    {
    }

    /// <param name="model">The model; it is owned from now on.</param>
    /// <param name="options">The options it was made with.</param>
    /// <param name="attributes">The items' attributes, as the model's description tells of them.</param>
    /// <param name="device">Where the model is.</param>
    public ModelScorer(ExtendedModel model, SuperMoeOptions options, ItemAttributesDocument? attributes, Device device)
    {
        _model = model;
        _options = options;
        _device = device;
        _memory = new ScoreMemory(model.Heads.Count);
        ItemAttributes = attributes;
        foreach (var module in model.Modules)
        {
            module.eval();
            foreach (var parameter in module.parameters()) { parameter.requires_grad_(false); } // what is learned later leaves them as they are
        }
        foreach (var weight in model.Weights().Values) { weight.DetachFromDisposeScope(); } // a scope around Fit or Load may close before
    }

    public ItemAttributesDocument? ItemAttributes { get; }

    /// <summary>The share of padding among the places of batches since the model was made.</summary>
    public double PaddingShare => _places > 0 ? 1 - ((double)_events / _places) : 0;

    /// <summary>Is told of the stages of scoring as they end; <see langword="null"/> where nobody measures. Only for one thread.</summary>
    public Action<ScoringStage, int>? Ended
    {
        get => _model.Encoder.Ended;
        set => _model.Encoder.Ended = value;
    }

    public BatchScores Score(BehaviorDataset users, ScoreRequest request)
    {
        var work = Enter();
        try
        {
            var next = _model.Trained.NextItem is { } head && request.Tasks[NextTask(head)];
            var scoring = new UserScoring(_model, users, request, _memory, next ? Items() : null);
            work.Sort(users, _options.Model.MaxLength);
            work.PlanBatches();
            if (_device.type == DeviceType.CPU) { ScoreSideBySide(users, scoring, work); }
            else { ScoreBatches(users, scoring, work, work, new BatchTurn()); }
            return scoring.Result;
        }
        finally
        {
            Exit(work);
        }
    }

    // Threads take one batch after another, so that none has much left to do when the others are done.
    private void ScoreSideBySide(BehaviorDataset users, UserScoring scoring, ScoringWorkspace work)
    {
        var threads = Math.Min(get_num_threads(), work.Batches.Count);
        var turn = new BatchTurn();
        if (threads <= 1)
        {
            using var single = ThreadShare.Enter(1);
            ScoreBatches(users, scoring, work, work, turn);
            return;
        }
        SideBySide.Run(threads, _ =>
        {
            var own = _workspaces.TryTake(out var spare) ? spare : new ScoringWorkspace();
            try { ScoreBatches(users, scoring, work, own, turn); }
            finally { _workspaces.Add(own); }
        });
    }

    private void ScoreBatches(BehaviorDataset users, UserScoring scoring, ScoringWorkspace plan, ScoringWorkspace memory, BatchTurn turn)
    {
        using var noGrad = no_grad();
        using var scope = new RecurringScope();
        for (int b; (b = turn.Next()) < plan.Batches.Count;)
        {
            var (start, end) = plan.Batches[b];
            ScoreBatch(users, scoring, plan, memory, start, end);
            scope.Clear();
            Ended?.Invoke(ScoringStage.Disposal, 0);
        }
    }

    private void ScoreBatch(BehaviorDataset users, UserScoring scoring, ScoringWorkspace plan, ScoringWorkspace memory, int start, int end)
    {
        Pack(users, plan, memory.Packed, start, end);
        var input = memory.Packed.ToInput(users.Schema, _device);
        Ended?.Invoke(ScoringStage.Input, 0);
        scoring.Score(plan.Rows[start..end], input, memory, _device);
    }

    public void Return(BatchScores scores) => _memory.Return(scores);

    public int[] RankNextItem(BehaviorDataset users, int[] targets)
    {
        var work = Enter();
        try
        {
            var ranks = new int[users.Count];
            var next = NextTask(_model.Trained.NextItem!);
            var items = Items();
            work.Sort(users, _options.Model.MaxLength);
            work.PlanBatches();
            foreach (var (start, end) in work.Batches)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                Pack(users, work, work.Packed, start, end);
                var rows = work.Rows[start..end].ToArray();
                var (states, indicators) = UserScoring.Encode(_model.Trained, work.Packed.ToInput(users.Schema, _device), [], next);
                var predictors = UserScoring.Predictors(_model.Trained, states, indicators, next);
                var ranking = new NextItemRanking(predictors, items, work.Histories(users, rows, empty: false));
                var batch = ranking.Ranks([.. rows.Select(r => targets[r])]);
                for (var b = 0; b < rows.Length; b++) { ranks[rows[b]] = batch[b]; }
            }
            return ranks;
        }
        finally
        {
            Exit(work);
        }
    }

    public (double Mean, double StandardDeviation) LabelScale(int task)
    {
        var work = Enter();
        try { return ((RegressionHead)_model.Heads[task]).Scale; }
        finally { Exit(work); }
    }

    public int WideItems(int task)
    {
        var work = Enter();
        try { return (_model.Heads[task] as UserHead)?.Wide?.Items ?? 0; }
        finally { Exit(work); }
    }

    public (IBatchScorer Scorer, FitTaskReport Report) FitTask(AddedTaskJob job)
    {
        var work = Enter();
        try
        {
            var (task, report) = AddedTaskTrainer.Train(_model.Trained, new AddedTaskRequest
            {
                Data = job.Data,
                Task = job.Task,
                Classes = job.Classes,
                Model = _options.Model,
                Options = job.Options,
                Seed = job.Options.Seed!.Value,
                Device = _device,
                CheckAlive = job.CheckAlive,
                Progress = job.Progress.Report,
            });
            return (new ModelScorer(_model.With(task), _options, ItemAttributes, _device), report);
        }
        finally
        {
            Exit(work);
        }
    }

    public void Save(Stream stream)
    {
        var work = Enter();
        try { SafetensorsWriter.Write(stream, _model.Weights()); }
        finally { Exit(work); }
    }

    /// <summary>Waits for the calls that are under way, then gives the weights back; later calls throw.</summary>
    public void Dispose()
    {
        _use.EnterWriteLock();
        try
        {
            if (_disposed) { return; }
            _disposed = true;
            _items?.Dispose();
            _model.Dispose();
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    private ScoringWorkspace Enter()
    {
        _use.EnterReadLock();
        if (!_disposed) { return _workspaces.TryTake(out var work) ? work : new ScoringWorkspace(); }
        _use.ExitReadLock();
        throw new ObjectDisposedException(typeof(SuperMoeTransformer).FullName);
    }

    private void Exit(ScoringWorkspace work)
    {
        _workspaces.Add(work);
        _use.ExitReadLock();
    }

    private void Pack(BehaviorDataset users, ScoringWorkspace plan, PackedBatch batch, int start, int end)
    {
        new BatchBuilder(users, _options.Model.MaxLength, _device).Pack(plan.Rows[start..end], plan.Lengths[start..end], batch);
        Interlocked.Add(ref _events, batch.Events);
        Interlocked.Add(ref _places, batch.Places);
    }

    private int NextTask(NextItemHead head)
    {
        var task = 0;
        while (_model.Heads[task] != head) { task++; }
        return task;
    }

    private Tensor Items()
    {
        lock (_itemsLock)
        {
            if (_items is not null) { return _items; }
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return _items = _model.Encoder.Items.All().detach().DetachFromDisposeScope();
        }
    }

    // Which batch is next, whoever asks.
    private sealed class BatchTurn
    {
        private int _last = -1;

        public int Next() => Interlocked.Increment(ref _last);
    }
}
