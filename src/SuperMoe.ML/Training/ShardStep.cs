using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Balancing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// One shard of a batch in one step, computed beside other shards. Either at once, where it is known how much each task counts (<see cref="Run"/>); or in two
/// parts, each on one thread: <see cref="Forward"/> computes the encoder and each task's loss with its gradient at the encoder's output, and, when it is decided how
/// much each task counts, <see cref="Backward"/> the encoder's backward pass, once for all tasks.
/// N events, B users, T tasks, P tasks that are present here, D model.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="moe">The auxiliary losses' weights.</param>
/// <param name="compute">The type of the encoder's products.</param>
/// <param name="shard">The shard; at least one task has labels.</param>
/// <param name="items">(V + 1, D): all items' vectors, where a loss needs them.</param>
/// <param name="random">Dropout, of this shard only.</param>
internal sealed class ShardStep(
    MultiTaskModel model, MoeOptions moe, ComputePrecision compute, ShardInput shard, Tensor? items, RandomSource random) : IDisposable
{
    private readonly Leaves _leaves = new();
    private readonly int[] _present = [.. Enumerable.Range(0, shard.Labels.Length).Where(t => shard.Labels[t] is not null)];
    private readonly List<(int Task, Tensor Loss)> _losses = [];
    private readonly List<TaskGradient> _tasks = []; // between the two parts
    private readonly List<Tensor> _kept = []; // what outlives a part's dispose scope
    private Tensor? _events; // (N, D)
    private Tensor? _indicators; // (B, 1 + P, D), or (B, 1, D) where tasks have no indicators
    private Tensor? _auxiliary;
    private Tensor? _information;
    private IReadOnlyList<RouterLoad> _loads = [];

    /// <summary>Hears when a stage has ended; <see langword="null"/> for nobody.</summary>
    public Action<StepStage>? Ended { get; init; }

    /// <summary>Once computed: per task that is present, the shard's part of its mean loss.</summary>
    public IReadOnlyList<(int Task, Tensor Loss)> Losses => _losses;

    /// <summary>Once computed: the shard's part of the auxiliary losses; <see langword="null"/> without any.</summary>
    public Tensor? Auxiliary => _auxiliary;

    /// <summary>Once computed: the mutual information between tasks and experts, the mean over blocks, and the shard's share; <see langword="null"/> if it was not computed.</summary>
    public (Tensor Value, double Share)? Information => _information is null ? null : (_information, shard.TokenShare);

    /// <summary>Forward and backward, of one weighted sum.</summary>
    /// <param name="factors">T.</param>
    /// <returns>The gradients of all weights that were used, in no dispose scope, and the routers' loads.</returns>
    public ShardResult Run(double[] factors)
    {
        using var scope = NewDisposeScope();
        using var use = _leaves.Use();
        var all = AllItems();
        var states = Encode(all);
        var parts = new List<Tensor>();
        for (var p = 0; p < _present.Length; p++)
        {
            var loss = Loss(p, states.Indicators!, states.Events, all, states.Hidden);
            _losses.Add((_present[p], Keep(loss.detach())!));
            parts.Add(Times(loss, factors[_present[p]] * shard.Amounts[_present[p]]));
        }
        if (AuxiliaryLosses(states) is { } auxiliary)
        {
            _auxiliary = Keep(auxiliary.detach());
            parts.Add(auxiliary);
        }
        Ended?.Invoke(StepStage.Loss);
        parts.Aggregate((a, b) => a.Plus(b)).backward();
        Ended?.Invoke(StepStage.Backward);
        return new ShardResult(_leaves.TakeGradients(), _loads);
    }

    /// <summary>The encoder, and the tasks' losses with their gradients down to the encoder's output.</summary>
    public void Forward()
    {
        using var scope = NewDisposeScope();
        using var use = _leaves.Use();
        var all = AllItems();
        var states = Encode(all);
        _events = Keep(states.Events);
        _indicators = Keep(states.Indicators!);
        _auxiliary = Keep(AuxiliaryLosses(states));
        for (var p = 0; p < _present.Length; p++) { _tasks.Add(Gradient(p, states, all)); }
        Ended?.Invoke(StepStage.Loss);
    }

    /// <summary>(T, T): scalar products of the tasks' gradients at the encoder's output.</summary>
    public double[,] Products()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = stack([.. _tasks.Select(t => t.Indicators.reshape(-1))]); // (P, B (1 + P) D)
        var gram = rows.matmul(rows.t());
        for (var p = 0; p < _tasks.Count; p++)
        {
            if (_tasks[p].Events is { } events) { gram[p, p].Accumulate(events.square().sum()); } // only one task reads them
        }
        var values = gram.cpu().data<float>().ToArray();
        var products = new double[model.Heads.Count, model.Heads.Count];
        for (var i = 0; i < values.Length; i++) { products[_tasks[i / _tasks.Count].Task, _tasks[i % _tasks.Count].Task] = values[i]; }
        return products;
    }

    /// <summary>The encoder's backward pass.</summary>
    /// <returns>The gradients of all weights that were used, in no dispose scope, and the routers' loads.</returns>
    public ShardResult Backward(TaskScales scales)
    {
        using var scope = NewDisposeScope();
        List<Tensor> outputs = [_indicators!], slopes = [Sum(_tasks.Select(t => Times(t.Indicators, scales.Encoder[t.Task])))];
        if (_tasks.Find(t => t.Events is not null) is { } reader)
        {
            outputs.Add(_events!);
            slopes.Add(Times(reader.Events!, scales.Encoder[reader.Task]));
        }
        if (_auxiliary is not null)
        {
            outputs.Add(_auxiliary);
            slopes.Add(ones_like(_auxiliary));
        }
        autograd.backward(outputs, slopes);
        var gradients = _leaves.TakeGradients();
        var shared = model.Mixtures?.parameters().Select(p => p.Handle).ToHashSet() ?? []; // behind the encoder, but as much the tasks' common part
        using (no_grad())
        {
            foreach (var task in _tasks)
            {
                foreach (var (weight, gradient) in task.Weights)
                {
                    var scale = (shared.Contains(weight.Handle) ? scales.Encoder : scales.Heads)[task.Task];
                    if (scale != 1) { gradient.mul_(Number(scale)); }
                }
                gradients.AddRange(task.Weights);
            }
        }
        _tasks.Clear(); // their gradients are the caller's now
        Ended?.Invoke(StepStage.Backward);
        return new ShardResult(gradients, _loads);
    }

    public void Dispose()
    {
        foreach (var (_, gradient) in _tasks.SelectMany(t => t.Weights)) { gradient.Dispose(); }
        foreach (var tensor in _kept) { tensor.Dispose(); }
        _leaves.Dispose();
    }

    private Tensor? AllItems() => items is null ? null : Leaves.Of(items);

    private ModelOutput Encode(Tensor? all)
    {
        var states = model.Encoder.Encode(
            shard.Input, model.IndicatorsOf(_present), _present.Any(t => model.Heads[t] is NextItemHead), random, compute, all,
            looks: moe.MutualInformationWeight > 0 && _present.Length > 1 && model.HasIndicators);
        _loads = [.. states.Routers.Select(r => new RouterLoad(r.Block, Keep(r.Router.Load())!, Keep(Wishes(r.Router))))];
        Ended?.Invoke(StepStage.Encoder);
        return states;
    }

    // (1 + T, E), only where the routers learn by it.
    private Tensor? Wishes(RouterOutput router)
    {
        if (moe.TaskRouting != TaskRouting.SelectionBias) { return null; }
        var (kinds, experts) = (1 + _present.Length, router.Logits.shape[1]);
        var tokens = (long)shard.Input.Users * kinds;
        var sums = router.Probabilities.narrow(0, router.Probabilities.shape[0] - tokens, tokens).view(-1, kinds, experts).sum([0L]);
        var ids = tensor([0L, .. _present.Select(t => t + 1L)], device: sums.device);
        return zeros([1 + shard.Labels.Length, experts], device: sums.device).index_copy_(0, ids, sums);
    }

    private Tensor Loss(int place, Tensor indicators, Tensor? events, Tensor? all, Tensor? hidden)
    {
        var task = _present[place];
        var input = new TaskInput
        {
            Events = events,
            Embedding = indicators.select(1, 0),
            Indicator = model.IndicatorAt(indicators, place + 1),
            Items = model.Encoder.Items,
            AllItems = all,
            Sequence = shard.Input,
            Hidden = hidden,
            Random = random,
        };
        return model.Heads[task].Loss(input, shard.Labels[task]!).mul(Number(shard.TaskShares[task]));
    }

    private TaskGradient Gradient(int place, ModelOutput states, Tensor? all)
    {
        // Leaves in place of the encoder's output: the backward pass of a head ends there.
        var indicators = states.Indicators!.detach().requires_grad_();
        var events = model.Heads[_present[place]] is NextItemHead ? states.Events!.detach().requires_grad_() : null;
        var loss = Loss(place, indicators, events, all, states.Hidden);
        Times(loss, shard.Amounts[_present[place]]).backward();
        _losses.Add((_present[place], Keep(loss.detach())!));
        return new TaskGradient(_present[place], Keep(indicators.grad ?? zeros_like(indicators))!, Keep(events?.grad), _leaves.TakeGradients());
    }

    private Tensor? AuxiliaryLosses(ModelOutput states)
    {
        var parts = new List<Tensor>();
        foreach (var (_, router) in states.Routers)
        {
            if (moe.ZLossWeight > 0) { parts.Add(RouterLosses.ZLoss(router).mul(Number(moe.ZLossWeight * shard.TokenShare))); }
            if (moe.BalanceLossWeight > 0) { parts.Add(RouterLosses.Balance(router).mul(Number(moe.BalanceLossWeight * shard.TokenShare))); }
        }
        if (states.Looks.Count > 0)
        {
            var mean = Sum(states.Looks.Select((l, i) => TaskInformation.Of(states.Routers[i].Router, l, shard.Input))).div(Scalars.Of(states.Looks.Count));
            _information = Keep(mean.detach());
            parts.Add(mean.mul(Number(-moe.MutualInformationWeight * shard.TokenShare)));
        }
        return parts.Count == 0 ? null : Sum(parts);
    }

    private static Tensor Times(Tensor tensor, double factor) => factor == 1 ? tensor : tensor.mul(Number(factor));

    // A number that is another one in each step: kept as a Scalar it would never be given back.
    private static Tensor Number(double value) => tensor((float)value);

    private static Tensor Sum(IEnumerable<Tensor> parts) => parts.Aggregate((a, b) => a.Plus(b));

    private Tensor? Keep(Tensor? tensor)
    {
        if (tensor is not null) { _kept.Add(tensor.DetachFromDisposeScope()); }
        return tensor;
    }
}
