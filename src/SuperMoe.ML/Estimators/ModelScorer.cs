using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Persistence;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Estimators;

/// <summary>Scores users with a trained model. N events, B users, V items, D model.</summary>
internal sealed class ModelScorer : IBatchScorer
{
    private readonly MultiTaskModel _model;
    private readonly SuperMoeOptions _options;
    private readonly Device _device;
    private readonly ReaderWriterLockSlim _use = new(); // read: the weights are in use; write: they are given back
    private readonly Lock _itemsLock = new();
    private Tensor? _items; // (V + 1, D): every item's vector
    private bool _disposed;

    public ModelScorer(MultiTaskModel model, SuperMoeOptions options, ItemAttributesDocument? attributes, Device device)
    {
        _model = model;
        _options = options;
        _device = device;
        ItemAttributes = attributes;
        model.eval();
        foreach (var weight in model.state_dict().Values) { weight.DetachFromDisposeScope(); } // a scope around Fit or Load may close before
    }

    public ItemAttributesDocument? ItemAttributes { get; }

    public BatchScores Score(BehaviorDataset users, ScoreRequest request) => Use(() => ScoreBatch(users, request));

    public int[] RankNextItem(BehaviorDataset users, int[] targets) => Use(() =>
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = Encode(users, [], next: true, embedding: false);
        return new NextItemRanking(states.Predictors!, Items(), History(users)).Ranks(targets);
    });

    public (double Mean, double StandardDeviation) LabelScale(int task) => Use(() => ((RegressionHead)_model.Heads[task]).Scale);

    public void Save(Stream stream) => Use(() =>
    {
        SafetensorsWriter.Write(stream, _model.state_dict());
        return true;
    });

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

    private T Use<T>(Func<T> call)
    {
        _use.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SuperMoeTransformer));
            return call();
        }
        finally
        {
            _use.ExitReadLock();
        }
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

    private BatchScores ScoreBatch(BehaviorDataset users, ScoreRequest request)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int[] asked = [.. Enumerable.Range(0, _model.Heads.Count).Where(t => request.Tasks[t])];
        var next = asked.Any(t => _model.Heads[t] is NextItemHead);
        var states = Encode(users, [.. asked.Where(t => _model.Heads[t] is UserHead)], next, request.Embedding);
        var scores = new TaskScores?[_model.Heads.Count];
        foreach (var task in asked)
        {
            scores[task] = _model.Heads[task] is UserHead head
                ? UserScores(head, states.Input(task), Candidates(users, task))
                : Top((NextItemHead)_model.Heads[task], states.Predictors!, users);
        }
        return new BatchScores { Embedding = request.Embedding ? Read(states.Embedding!) : [], Tasks = scores };
    }

    // Indicators do not depend on each other, so only those that are read are computed.
    private ScoringStates Encode(BehaviorDataset users, int[] userTasks, bool next, bool embedding)
    {
        int[] rows = [.. Enumerable.Range(0, users.Count)];
        var nextTask = next ? Enumerable.Range(0, _model.Heads.Count).First(t => _model.Heads[t] is NextItemHead) : -1;
        var anyEmpty = next && Array.Exists(rows, u => users.Length(u) == 0); // no last event: the embedding predicts
        var indicators = new List<int>();
        if (embedding || userTasks.Length > 0 || anyEmpty) { indicators.Add(0); }
        indicators.AddRange(userTasks.Select(t => t + 1));
        if (anyEmpty) { indicators.Add(nextTask + 1); }

        var input = new BatchBuilder(users, _options.Model.MaxLength, _device).Build(rows, [.. rows.Select(users.Length)]);
        var output = _model.Encoder.Encode(input, indicators, next, null);
        var states = new ScoringStates(output, indicators, _model.Encoder.Items);
        return next ? states with { Predictors = Predictors(users, output, states, nextTask, anyEmpty) } : states;
    }

    // (B, D): each user's last event, or for a user without events the sum of embedding and indicator.
    private Tensor Predictors(BehaviorDataset users, ModelOutput output, ScoringStates states, int nextTask, bool anyEmpty)
    {
        var places = new long[users.Count];
        var n = 0;
        for (var u = 0; u < places.Length; u++)
        {
            var length = Math.Min(users.Length(u), _options.Model.MaxLength);
            n += length;
            places[u] = length == 0 ? -1 : n - 1;
        }
        var candidates = output.Events!;
        if (anyEmpty)
        {
            var input = states.Input(nextTask);
            candidates = cat([candidates, input.Embedding + input.Indicator]);
            for (var u = 0; u < places.Length; u++) { places[u] = places[u] < 0 ? n + u : places[u]; }
        }
        return candidates.index_select(0, tensor(places, device: _device));
    }

    private static TaskScores UserScores(UserHead head, TaskInput input, Tensor? candidates)
    {
        var predictions = head.Predict(input, candidates);
        return new TaskScores { Scores = Read(predictions), Width = (int)predictions.shape[1] };
    }

    private TaskScores Top(NextItemHead head, Tensor predictors, BehaviorDataset users)
    {
        var history = head.Task.ExcludeHistory ? History(users) : [.. Enumerable.Repeat(ArraySegment<int>.Empty, users.Count)];
        var (items, scores) = new NextItemRanking(predictors, Items(), history).Top(head.Task.TopK);
        return new TaskScores { Scores = scores, Width = head.Task.TopK, Items = items };
    }

    private Tensor? Candidates(BehaviorDataset users, int task) => _model.Heads[task] is UserHead { HasCandidate: true }
        ? tensor([.. users.Candidates[task]!.Select(c => (long)c)], device: _device)
        : null;

    private static ArraySegment<int>[] History(BehaviorDataset users) =>
        [.. Enumerable.Range(0, users.Count).Select(u => new ArraySegment<int>(users.Items, users.Offsets[u], users.Length(u)))];

    private static float[] Read(Tensor values) => values.cpu().contiguous().data<float>().ToArray();
}
