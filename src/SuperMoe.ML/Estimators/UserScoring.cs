using System.Globalization;
using SuperMoe.ML.Data;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Estimators;

/// <summary>
/// One call that scores users: which indicators it needs, and where the outputs of its batches go. Indicators do not depend on each other, so
/// only those that are read are computed. Those of tasks that were added after training come last, each alone, so that what is computed without them stays the
/// same to the last bit. B users of a batch, D model.
/// </summary>
internal sealed class UserScoring
{
    private readonly ExtendedModel _model;
    private readonly BehaviorDataset _users;
    private readonly ScoreRequest _request;
    private readonly ScoreMemory _memory;
    private readonly Tensor? _items; // (V + 1, D) where the next item is asked for
    private readonly TaskScores?[] _tasks;
    private readonly float[] _embedding;
    private readonly bool _withEvents;
    private readonly int[] _indicators; // of tasks trained at once
    private readonly int[] _added; // places of added tasks
    private readonly int _next; // -1 where it is not asked for

    public UserScoring(ExtendedModel model, BehaviorDataset users, ScoreRequest request, ScoreMemory memory, Tensor? items)
    {
        (_model, _users, _request, _memory, _items) = (model, users, request, memory, items);
        _tasks = new TaskScores?[model.Heads.Count];
        _embedding = memory.Numbers.Take(request.Embedding ? users.Count * model.Encoder.EmbeddingSize : 0);
        _withEvents = request.Embedding && model.Encoder.EmbeddingSize > model.Encoder.Size;
        _next = -1;
        List<int> labelled = [], added = [];
        for (var t = 0; t < _tasks.Length; t++)
        {
            if (!request.Tasks[t]) { continue; }
            if (t >= model.Trained.Heads.Count) { added.Add(t); }
            else if (model.Heads[t] is UserHead) { labelled.Add(t); }
            else { _next = t; }
        }
        _added = [.. added];
        _indicators = labelled.Count > 0 || request.Embedding || (_added.Length > 0 && _next < 0) ? model.Trained.IndicatorsOf(labelled) : [];
    }

    /// <summary>The outputs, after all batches.</summary>
    public BatchScores Result => new() { Embedding = _embedding, Tasks = _tasks };

    /// <summary>Scores a batch.</summary>
    /// <param name="rows">B users, all with events or all without.</param>
    /// <param name="input">What they did.</param>
    /// <param name="work">Memory.</param>
    /// <param name="device">Where to compute.</param>
    public void Score(ReadOnlySpan<int> rows, SequenceInput input, ScoringWorkspace work, Device device)
    {
        var (states, indicators) = Encode(_model.Trained, input, _indicators, _next, _added.Length > 0, _withEvents);
        if (_request.Embedding)
        {
            using var state = states.Indicators!.select(1, 0);
            Write(_withEvents ? cat([state, states.Pooled!], -1) : state, rows, _embedding);
        }
        Ended?.Invoke(ScoringStage.Output, 0);
        for (var t = 0; t < _model.Trained.Heads.Count; t++)
        {
            if (!_request.Tasks[t]) { continue; }
            if (_model.Heads[t] is UserHead head)
            {
                Predict(head, t, Input(states, Array.IndexOf(indicators, t + 1), input), Candidates(head, t, rows, device), rows);
            }
            else
            {
                Top((NextItemHead)_model.Heads[t], t, rows, Predictors(_model.Trained, states, indicators, t), work);
                Ended?.Invoke(ScoringStage.NextItem, 0);
            }
        }
        if (_added.Length > 0) { ScoreAdded(states, rows, device); }
    }

    /// <summary>The states that a batch needs, and which indicators are among them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">B users, all with events or all without.</param>
    /// <param name="indicators">The indicators that are read, that of the embedding first.</param>
    /// <param name="next">The place of the next-item task; -1 if nothing is predicted.</param>
    /// <param name="seen">Whether <see cref="ModelOutput.Seen"/> is needed.</param>
    /// <param name="pools">Whether <see cref="ModelOutput.Pooled"/> is needed.</param>
    public static (ModelOutput States, int[] Indicators) Encode(MultiTaskModel model, SequenceInput input, int[] indicators, int next, bool seen = false, bool pools = false)
    {
        if (next < 0) { return (model.Encoder.Encode(input, indicators, events: false, null, seen: seen, pools: pools), indicators); }
        if (input.Events == 0) { indicators = [.. indicators.Union(model.IndicatorsOf([next]))]; }
        return (model.Encoder.EncodeLast(input, indicators, seen: seen, pools: pools), indicators);
    }

    /// <summary>(B, D): what predicts the next item: by each user's last event, or for users without events by embedding and indicator.</summary>
    public static Tensor Predictors(MultiTaskModel model, ModelOutput states, int[] indicators, int next) => states.Events is { } last
        ? model.NextItem!.AfterEvents(last)
        : model.NextItem!.OfUsers(states.Indicators!.select(1, 0), model.IndicatorAt(states.Indicators!, Array.IndexOf(indicators, next + 1)));

    private Action<ScoringStage, int>? Ended => _model.Encoder.Ended;

    private static void Write(Tensor values, ReadOnlySpan<int> rows, float[] target)
    {
        if (values.device_type != DeviceType.CPU) { values = values.cpu(); }
        if (!values.is_contiguous()) { values = values.contiguous(); }
        var source = HostCopy.View<float>(values);
        var width = source.Length / rows.Length;
        for (var b = 0; b < rows.Length; b++) { source.Slice(b * width, width).CopyTo(target.AsSpan(rows[b] * width, width)); }
    }

    private TaskInput Input(ModelOutput states, int indicator, SequenceInput input) => new()
    {
        Embedding = states.Indicators!.select(1, 0),
        Indicator = _model.Trained.IndicatorAt(states.Indicators!, indicator),
        Items = _model.Encoder.Items,
        Sequence = input,
    };

    private void Predict(UserHead head, int task, TaskInput input, Tensor? candidates, ReadOnlySpan<int> rows)
    {
        var predictions = head.Predict(input, candidates);
        Write(predictions, rows, Memory(task, (int)predictions.shape[1], items: false).Scores);
        Ended?.Invoke(ScoringStage.Output, 0);
    }

    // Where the pass of the others has no use for the embedding, it is not made to compute it.
    private void ScoreAdded(ModelOutput states, ReadOnlySpan<int> rows, Device device)
    {
        var encoder = _model.Encoder;
        var embedding = states.Indicators?.select(1, 0) ?? encoder.EncodeLate(encoder.EmbeddingToken, states.Seen!, indicator: 0);
        foreach (var t in _added)
        {
            var task = _model.Added[t - _model.Trained.Heads.Count];
            var candidates = Candidates(task.Head, t, rows, device);
            var input = new TaskInput
            {
                Embedding = embedding,
                Indicator = task.Token.Encode(encoder, states.Seen!, null),
                Beginning = task.Linear.Apply(encoder, embedding, states.Seen!, candidates),
                Items = encoder.Items,
            };
            Predict(task.Head, t, input, candidates, rows);
        }
    }

    private void Top(NextItemHead head, int task, ReadOnlySpan<int> rows, Tensor predictors, ScoringWorkspace work)
    {
        var memory = Memory(task, head.Task.TopK, items: true);
        var histories = work.Histories(_users, rows, !head.Task.ExcludeHistory);
        new NextItemRanking(predictors, _items!, histories).Top(memory.Width, rows, memory.Items, memory.Scores);
    }

    // Batches are scored side by side, each writing the places of its own users; the first to come makes the memory.
    private TaskScores Memory(int task, int width, bool items)
    {
        lock (_tasks)
        {
            if (_tasks[task] is { } present) { return present; }
            var size = Size(_model.Heads[task].Name, _users.Count, width);
            return _tasks[task] = new TaskScores { Scores = _memory.Numbers.Take(size), Width = width, Items = _memory.Items.Take(items ? size : 0) };
        }
    }

    /// <summary>The length of the array of a task's outputs.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="users">The users that are scored in one call.</param>
    /// <param name="width">The outputs of a user: classes, or best items.</param>
    /// <exception cref="InvalidOperationException">More than an array can hold.</exception>
    public static int Size(string task, int users, int width)
    {
        var size = (long)users * width;
        return size <= Array.MaxLength
            ? (int)size
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The task '{task}' has {width:N0} classes or best items for each of the {users:N0} users of a batch: {size:N0} scores, of which {Array.MaxLength:N0} fit in memory. "
                + $"Lower {nameof(SuperMoeOptions.ScoringBatchSize)} to at most {Array.MaxLength / width:N0}."));
    }

    private Tensor? Candidates(UserHead head, int task, ReadOnlySpan<int> rows, Device device)
    {
        if (!head.HasCandidate) { return null; }
        var candidates = new long[rows.Length];
        for (var b = 0; b < rows.Length; b++) { candidates[b] = _users.Candidates[task]![rows[b]]; }
        return HostCopy.Of(candidates, device);
    }
}
