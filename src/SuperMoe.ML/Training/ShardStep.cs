using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>The losses of one shard of a batch and their gradients, computed on the calling thread, beside other threads.</summary>
internal sealed class ShardStep(MultiTaskModel model, MoeOptions moe, ComputePrecision compute)
{
    /// <summary>Hears when a stage has ended; <see langword="null"/> for nobody.</summary>
    public Action<StepStage>? Ended { get; init; }

    /// <summary>Forward and backward.</summary>
    /// <param name="shard">The shard; at least one task has labels.</param>
    /// <param name="items">(V + 1, D): all items' vectors, where a loss needs them.</param>
    /// <param name="random">Dropout, of this shard only.</param>
    public ShardResult Run(ShardInput shard, Tensor? items, RandomSource random)
    {
        using var scope = NewDisposeScope();
        using var leaves = Leaves.Enter();
        int[] present = [.. Enumerable.Range(0, shard.Labels.Length).Where(t => shard.Labels[t] is not null)];
        var all = items is null ? null : Leaves.Of(items);
        var states = model.Encoder.Encode(
            shard.Input, [0, .. present.Select(t => t + 1)], present.Any(t => model.Heads[t] is NextItemHead), random, compute, all);
        Ended?.Invoke(StepStage.Encoder);
        var losses = new Tensor?[shard.Labels.Length];
        var parts = new List<Tensor>();
        for (var i = 0; i < present.Length; i++)
        {
            var (t, head) = (present[i], model.Heads[present[i]]);
            var input = new TaskInput
            {
                Events = states.Events,
                Embedding = states.Indicators!.select(1, 0),
                Indicator = states.Indicators!.select(1, i + 1),
                Items = model.Encoder.Items,
                AllItems = all,
                Random = random,
            };
            var loss = head.Loss(input, shard.Labels[t]!).mul(Scalars.Of(shard.TaskShares[t]));
            losses[t] = loss.detach().DetachFromDisposeScope();
            parts.Add(loss.mul(Scalars.Of(head.Weight)));
        }
        foreach (var (_, router) in states.Routers)
        {
            if (moe.ZLossWeight > 0) { parts.Add(RouterLosses.ZLoss(router).mul(Scalars.Of(moe.ZLossWeight * shard.TokenShare))); }
            if (moe.BalanceLossWeight > 0) { parts.Add(RouterLosses.Balance(router).mul(Scalars.Of(moe.BalanceLossWeight * shard.TokenShare))); }
        }
        var total = parts.Aggregate((a, b) => a + b);
        Ended?.Invoke(StepStage.Loss);
        total.backward();
        Ended?.Invoke(StepStage.Backward);
        return new ShardResult(
            total.detach().DetachFromDisposeScope(), losses, leaves.TakeGradients(),
            [.. states.Routers.Select(r => (r.Block, r.Router.Load().DetachFromDisposeScope()))]);
    }
}
