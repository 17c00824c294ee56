using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// One step of training: the shards of a batch through the encoder and the heads, side by side, and one update by the sum of their gradients.
/// A thread computes a whole shard alone: threads that share every small operation spend their time waiting for each other.
/// </summary>
/// <param name="model">On its final device.</param>
/// <param name="request">The tasks and options.</param>
/// <param name="optimizer">Of the model's weights.</param>
/// <param name="random">Dropout and negatives.</param>
internal sealed class TrainingStep(MultiTaskModel model, TrainingRequest request, Optimizer optimizer, RandomSources random)
{
    private readonly ComputePrecision _compute = PrecisionChoice.Of(request.Training.Precision, request.Device);

    /// <summary>Hears when a stage of a step has ended, for those who measure; of stages side by side, those of the first shard. <see langword="null"/> for nobody.</summary>
    public Action<StepStage>? Ended { get; init; }

    /// <summary>Trains on a batch, whose memory is not needed any more afterwards.</summary>
    /// <returns>The weighted loss with auxiliary losses, and per task its mean loss and how many labels it is over; <see langword="null"/> if there was nothing to learn.</returns>
    /// <exception cref="NonFiniteLossException">A loss or the gradient is NaN or infinite; nothing was updated.</exception>
    public StepResult? Run(TrainingBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        // With several shards nothing is computed by a team of OpenMP's: its threads go on spinning for a while, on the cores that the shards' threads need.
        using var lead = batch.Shards.Length > 1 ? SideBySide.Lead() : default;
        var shards = ShardInput.Of(batch, model, request);
        if (shards.Count == 0) { return null; }
        if (model.NextItem is { } next) { DrawNegatives(next, shards); }
        foreach (var (field, table) in model.RowTables) { table.Open([.. shards.SelectMany(s => field < 0 ? s.Items(model) : [s.Input.KeyFields[field]])]); }
        try
        {
            var items = ReadsAllItems(shards) ? model.Encoder.Items.All() : null;
            Ended?.Invoke(StepStage.Input);
            var results = Compute(shards, items);
            scope.Attach(results.SelectMany(r => r.Tensors));
            Sum(results, items);
            Ended?.Invoke(StepStage.Sum);
            var norm = optimizer.GradientNorm();
            var result = Read(results, norm, shards);
            Ended?.Invoke(StepStage.Figures);
            optimizer.Step(learningRate, norm);
            Balance(results);
            // Those of experts are large, and the next step needs as many.
            foreach (var (_, gradient) in results.SelectMany(r => r.Gradients).Where(g => g.Gradient.dim() == 3)) { TensorPool.Recycle(gradient); }
            Ended?.Invoke(StepStage.Update);
            return result;
        }
        finally
        {
            foreach (var (_, table) in model.RowTables) { table.Close(); }
        }
    }

    private void DrawNegatives(NextItemHead next, List<ShardInput> shards)
    {
        var task = Enumerable.Range(0, model.Heads.Count).First(t => model.Heads[t] == next);
        TaskLabels[] present = [.. shards.Select(s => s.Labels[task]).OfType<TaskLabels>()];
        if (present.Length == 0) { return; }
        var shared = next.Kind == NextItemLoss.SampledSoftmax ? next.DrawNegatives(present[0], random[0]) : null;
        var batch = shared is null ? null : cat([.. present.Select(l => l.Values)]);
        foreach (var shard in shards)
        {
            if (shard.Labels[task] is not { } labels) { continue; }
            shard.Labels[task] = labels with { Negatives = shared ?? next.DrawNegatives(labels, random[shard.Index]), BatchItems = batch };
        }
    }

    // The items' vectors are computed once, not by every shard.
    private bool ReadsAllItems(List<ShardInput> shards) =>
        shards.Any(s => s.Labels.Where((l, t) => l is not null && model.Heads[t] is NextItemHead { Kind: NextItemLoss.FullSoftmax }).Any());

    private ShardResult[] Compute(List<ShardInput> shards, Tensor? items)
    {
        var results = new ShardResult[shards.Count];
        SideBySide.Run(shards.Count, s =>
        {
            var step = new ShardStep(model, request.Model.Moe, _compute) { Ended = s == 0 ? Ended : null };
            results[s] = step.Run(shards[s], items, random[shards[s].Index]);
        });
        return results;
    }

    // Sets the weights' gradients. The order of the sum is that of the shards, whoever was first.
    private static void Sum(ShardResult[] results, Tensor? items)
    {
        using var noGrad = no_grad();
        var sums = new Dictionary<nint, (Tensor Weight, Tensor Gradient)>();
        foreach (var result in results)
        {
            List<Tensor> targets = [], sources = [];
            foreach (var (weight, gradient) in result.Gradients)
            {
                if (sums.TryAdd(weight.Handle, (weight, gradient))) { continue; }
                targets.Add(sums[weight.Handle].Gradient);
                sources.Add(gradient);
            }
            if (targets.Count > 0) { _ = TorchScript.Call("add_all", targets.ToArray(), sources.ToArray()); }
        }
        foreach (var (weight, gradient) in sums.Values)
        {
            if (weight.is_leaf) { weight.grad = gradient; }
        }
        if (items is { is_leaf: false } && sums.TryGetValue(items.Handle, out var ofItems)) { items.backward([ofItems.Gradient]); }
    }

    private void Balance(ShardResult[] results)
    {
        var routers = model.Encoder.Routers.ToArray();
        foreach (var block in results.SelectMany(r => r.Loads).GroupBy(l => l.Block))
        {
            routers[block.Key]!.Balance(block.Select(l => l.Load).Aggregate((a, b) => a + b), request.Model.Moe.BiasStep);
        }
    }

    // One transfer for all figures of the step.
    private StepResult Read(ShardResult[] results, Tensor norm, List<ShardInput> shards)
    {
        int[] present = [.. Enumerable.Range(0, model.Heads.Count).Where(t => results.Any(r => r.Losses[t] is not null))];
        var values = stack(
        [
            Add(results.Select(r => r.Total)), norm, .. present.Select(t => Add(results.Select(r => r.Losses[t]).OfType<Tensor>())),
        ]).cpu().data<float>().ToArray();
        var tasks = new (double Loss, int Count)[model.Heads.Count];
        for (var i = 0; i < present.Length; i++)
        {
            var (t, loss) = (present[i], values[2 + i]);
            if (!float.IsFinite(loss)) { throw new NonFiniteLossException($"The loss of task '{model.Heads[t].Name}' became {loss}"); }
            tasks[t] = (loss, shards.Sum(s => s.Labels[t]?.Count ?? 0));
        }
        if (!float.IsFinite(values[0])) { throw new NonFiniteLossException($"The sum of the tasks' and auxiliary losses became {values[0]}"); }
        if (!float.IsFinite(values[1])) { throw new NonFiniteLossException($"The norm of the gradient became {values[1]}"); }
        return new StepResult(values[0], tasks);

        static Tensor Add(IEnumerable<Tensor> parts) => parts.Aggregate((a, b) => a + b);
    }
}
