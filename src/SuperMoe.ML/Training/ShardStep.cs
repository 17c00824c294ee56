using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Balancing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// One shard of a batch in one step, computed beside other shards: first the encoder and each task's loss with its gradient at the encoder's output;
/// then, when it is decided how much each task counts, the encoder's backward pass, once for all tasks. Each of the two on one thread.
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
    private readonly List<TaskGradient> _tasks = [];
    private readonly List<Tensor> _kept = []; // what outlives the first part's dispose scope
    private Tensor? _events; // (N, D)
    private Tensor? _indicators; // (B, 1 + P, D), or (B, 1, D) where tasks have no indicators
    private Tensor? _auxiliary;
    private Tensor? _information;
    private IReadOnlyList<(int Block, Tensor Load)> _loads = [];

    /// <summary>Hears when a stage has ended; <see langword="null"/> for nobody.</summary>
    public Action<StepStage>? Ended { get; init; }

    /// <summary>After <see cref="Forward"/>: per task that is present, the shard's part of its mean loss.</summary>
    public IEnumerable<(int Task, Tensor Loss)> Losses => _tasks.Select(t => (t.Task, t.Loss));

    /// <summary>After <see cref="Forward"/>: the shard's part of the auxiliary losses; <see langword="null"/> without any.</summary>
    public Tensor? Auxiliary => _auxiliary;

    /// <summary>After <see cref="Forward"/>: the mutual information between tasks and experts, the mean over blocks, and the shard's share; <see langword="null"/> if it was not computed.</summary>
    public (Tensor Value, double Share)? Information => _information is null ? null : (_information, shard.TokenShare);

    /// <summary>The encoder, and the tasks' losses with their gradients down to the encoder's output.</summary>
    public void Forward()
    {
        using var scope = NewDisposeScope();
        using var use = _leaves.Use();
        int[] present = [.. Enumerable.Range(0, shard.Labels.Length).Where(t => shard.Labels[t] is not null)];
        var all = items is null ? null : Leaves.Of(items);
        var states = model.Encoder.Encode(
            shard.Input, model.IndicatorsOf(present), present.Any(t => model.Heads[t] is NextItemHead), random, compute, all,
            looks: moe.MutualInformationWeight > 0 && present.Length > 1 && model.HasIndicators);
        Ended?.Invoke(StepStage.Encoder);
        _events = Keep(states.Events);
        _indicators = Keep(states.Indicators!);
        _auxiliary = Keep(AuxiliaryLosses(states));
        _loads = [.. states.Routers.Select(r => (r.Block, Keep(r.Router.Load())!))];
        for (var p = 0; p < present.Length; p++) { _tasks.Add(Gradient(present[p], p, states, all)); }
        Ended?.Invoke(StepStage.Loss);
    }

    /// <summary>(T, T) float64: scalar products of the tasks' gradients at the encoder's output.</summary>
    public double[,] Products()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var products = new double[model.Heads.Count, model.Heads.Count];
        foreach (var a in _tasks)
        {
            foreach (var b in _tasks.Where(b => b.Task >= a.Task))
            {
                var product = dot(a.Indicators.reshape(-1), b.Indicators.reshape(-1)).item<float>();
                if (a.Events is not null && b.Events is not null) { product += dot(a.Events.reshape(-1), b.Events.reshape(-1)).item<float>(); }
                products[a.Task, b.Task] = products[b.Task, a.Task] = product;
            }
        }
        return products;
    }

    /// <summary>The encoder's backward pass.</summary>
    /// <returns>The gradients of all weights that were used, and the routers' loads, in no dispose scope.</returns>
    public ShardResult Backward(TaskScales scales)
    {
        using var scope = NewDisposeScope();
        List<Tensor> outputs = [_indicators!], slopes = [Sum(_tasks.Select(t => (t.Indicators, scales.Encoder[t.Task])))];
        if (_tasks.Any(t => t.Events is not null))
        {
            outputs.Add(_events!);
            slopes.Add(Sum(_tasks.Where(t => t.Events is not null).Select(t => (t.Events!, scales.Encoder[t.Task]))));
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
                    if (scale != 1) { gradient.mul_(Scalars.Of(scale)); }
                }
                gradients.AddRange(task.Weights);
            }
        }
        Ended?.Invoke(StepStage.Backward);
        return new ShardResult(gradients, _loads);
    }

    public void Dispose()
    {
        foreach (var tensor in _kept) { tensor.Dispose(); }
        _leaves.Dispose();
    }

    private TaskGradient Gradient(int task, int place, ModelOutput states, Tensor? all)
    {
        // Leaves in place of the encoder's output: the backward pass of a head ends there.
        var indicators = states.Indicators!.detach().requires_grad_();
        var events = model.Heads[task] is NextItemHead ? states.Events!.detach().requires_grad_() : null;
        var input = new TaskInput
        {
            Events = events,
            Embedding = indicators.select(1, 0),
            Indicator = model.IndicatorAt(indicators, place + 1),
            Items = model.Encoder.Items,
            AllItems = all,
            Random = random,
        };
        var loss = model.Heads[task].Loss(input, shard.Labels[task]!).mul(Scalars.Of(shard.TaskShares[task]));
        loss.backward();
        return new TaskGradient(task, Keep(loss.detach())!, Keep(indicators.grad)!, Keep(events?.grad), _leaves.TakeGradients());
    }

    private Tensor? AuxiliaryLosses(ModelOutput states)
    {
        var parts = new List<Tensor>();
        foreach (var (_, router) in states.Routers)
        {
            if (moe.ZLossWeight > 0) { parts.Add(RouterLosses.ZLoss(router).mul(Scalars.Of(moe.ZLossWeight * shard.TokenShare))); }
            if (moe.BalanceLossWeight > 0) { parts.Add(RouterLosses.Balance(router).mul(Scalars.Of(moe.BalanceLossWeight * shard.TokenShare))); }
        }
        if (states.Looks.Count > 0)
        {
            var mean = states.Looks.Select((l, i) => TaskInformation.Of(states.Routers[i].Router, l, shard.Input)).Aggregate((a, b) => a + b).div(Scalars.Of(states.Looks.Count));
            _information = Keep(mean.detach());
            parts.Add(mean.mul(Scalars.Of(-moe.MutualInformationWeight * shard.TokenShare)));
        }
        return parts.Count == 0 ? null : parts.Aggregate((a, b) => a + b);
    }

    private static Tensor Sum(IEnumerable<(Tensor Gradient, double Scale)> parts) =>
        parts.Select(p => p.Scale == 1 ? p.Gradient : p.Gradient.mul(Scalars.Of(p.Scale))).Aggregate((a, b) => a + b);

    private Tensor? Keep(Tensor? tensor)
    {
        if (tensor is not null) { _kept.Add(tensor.DetachFromDisposeScope()); }
        return tensor;
    }
}
