using System.Globalization;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Balancing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// One step of training: the shards of a batch through the encoder and the heads, side by side, and one update by the sum of their gradients.
/// A thread computes a whole shard alone: threads that share every small operation spend their time waiting for each other.
/// </summary>
/// <param name="model">On its final device.</param>
/// <param name="request">The tasks and options.</param>
/// <param name="optimizer">Of the model's weights.</param>
/// <param name="balancer">How much each task counts; <see langword="null"/> for the tasks' own weights.</param>
/// <param name="random">Dropout and negatives.</param>
internal sealed class TrainingStep(MultiTaskModel model, TrainingRequest request, Optimizer optimizer, RandomSources random, ITaskBalancer? balancer = null)
{
    private readonly ComputePrecision _compute = PrecisionChoice.Of(request.Training.Precision, request.Device);

    private readonly ITaskBalancer _balancer = balancer ?? new FixedWeights([.. model.Heads.Select(h => h.Weight)]);

    /// <summary>
    /// Per task: the labels of the mean batch, so that over an epoch each label counts alike, whether many are in its batch or few; NaN for a task of which each batch counts alike.
    /// <see langword="null"/> if that is all of them.
    /// </summary>
    public double[]? UsualLabels { get; set; }

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
        var shards = ShardInput.Of(batch, model, request, UsualLabels);
        if (shards.Count == 0) { return null; }
        if (model.NextItem is { } next) { DrawNegatives(next, shards); }
        foreach (var (field, table) in model.RowTables) { table.Open([.. shards.SelectMany(s => field < 0 ? s.Items(model) : [s.Input.KeyFields[field]])]); }
        ShardStep[] steps = [];
        try
        {
            var items = ReadsAllItems(shards) ? model.Encoder.Items.All() : null;
            Ended?.Invoke(StepStage.Input);
            steps = [.. shards.Select((s, i) => new ShardStep(model, request.Model.Moe, _compute, s, items, random[s.Index]) { Ended = i == 0 ? Ended : null })];
            var (figures, results) = Compute(shards, steps);
            scope.Attach(results.SelectMany(r => r.Gradients.Select(g => g.Gradient)));
            Sum(results, items);
            Ended?.Invoke(StepStage.Sum);
            var norm = optimizer.GradientNorm();
            CheckNorm(norm.item<float>());
            Ended?.Invoke(StepStage.Figures);
            optimizer.Step(learningRate, norm);
            Balance(results);
            // Those of experts are large, and the next step needs as many.
            foreach (var (_, gradient) in results.SelectMany(r => r.Gradients).Where(g => g.Gradient.dim() == 3)) { TensorPool.Recycle(gradient); }
            Ended?.Invoke(StepStage.Update);
            return figures;
        }
        finally
        {
            foreach (var step in steps) { step.Dispose(); }
            foreach (var (_, table) in model.RowTables) { table.Close(); }
        }
    }

    // Where a task's share follows from the gradients of the whole batch, all shards meet between their two parts.
    private (StepResult Figures, ShardResult[] Results) Compute(List<ShardInput> shards, ShardStep[] steps)
    {
        var results = new ShardResult[shards.Count];
        if (_balancer.Ahead is { } factors)
        {
            SideBySide.Run(shards.Count, s => results[s] = steps[s].Run(factors));
            var known = Read(steps, shards);
            _balancer.Weigh(Signals(known, new double[factors.Length, factors.Length]));
            return (known with { Factors = factors }, results);
        }
        var products = new double[shards.Count][,];
        SideBySide.Run(shards.Count, s =>
        {
            steps[s].Forward();
            products[s] = steps[s].Products();
        });
        var figures = Read(steps, shards);
        var scales = _balancer.Weigh(Signals(figures, Add(products)));
        SideBySide.Run(shards.Count, s => results[s] = steps[s].Backward(scales));
        return (figures with { Factors = scales.Encoder }, results);
    }

    private static TaskSignals Signals(StepResult figures, double[,] products) =>
        new([.. figures.Tasks.Select(t => t.Count > 0)], [.. figures.Tasks.Select(t => t.Loss)], products);

    private static double[,] Add(double[][,] products)
    {
        var sum = products[0];
        foreach (var other in products.Skip(1))
        {
            for (var a = 0; a < sum.GetLength(0); a++)
            {
                for (var b = 0; b < sum.GetLength(1); b++) { sum[a, b] += other[a, b]; }
            }
        }
        return sum;
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

    // Sets the weights' gradients. The order of the sum is that of the shards, whoever was first.
    private static void Sum(ShardResult[] results, Tensor? items)
    {
        using var noGrad = no_grad();
        var sums = new Dictionary<nint, (Tensor Weight, Tensor Gradient)>();
        foreach (var result in results)
        {
            List<Tensor> targets = [], sources = [];
            var added = new HashSet<nint>();
            foreach (var (weight, gradient) in result.Gradients)
            {
                if (sums.TryAdd(weight.Handle, (weight, gradient))) { continue; }
                if (!added.Add(weight.Handle))
                {
                    sums[weight.Handle].Gradient.Accumulate(gradient); // a second one in a call might be added at the same time as the first
                    continue;
                }
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
            routers[block.Key]!.Balance(block.Select(l => l.Load).Aggregate((a, b) => a.Plus(b)), request.Model.Moe.BiasStep);
            Tensor[] wishes = [.. block.Select(l => l.Wishes).OfType<Tensor>()];
            if (wishes.Length > 0) { routers[block.Key]!.Prefer(wishes.Aggregate((a, b) => a.Plus(b)), request.Model.Moe.BiasStep); }
        }
    }

    // One transfer for all figures of the step.
    private StepResult Read(ShardStep[] steps, List<ShardInput> shards)
    {
        var losses = new Tensor?[model.Heads.Count];
        foreach (var (task, loss) in steps.SelectMany(s => s.Losses)) { losses[task] = losses[task] is { } sum ? sum.Plus(loss) : loss; }
        int[] present = [.. Enumerable.Range(0, losses.Length).Where(t => losses[t] is not null)];
        Tensor[] auxiliary = [.. steps.Select(s => s.Auxiliary).OfType<Tensor>().Select(a => a.detach())];
        var information = steps.Select(s => s.Information).OfType<(Tensor Value, double Share)>().ToArray();
        Tensor[] all = [.. present.Select(t => losses[t]!), .. auxiliary, .. information.Select(i => i.Value)];
        var values = stack(all).cpu().data<float>().ToArray();
        var tasks = new (double Loss, int Count)[losses.Length];
        double total = values.Skip(present.Length).Take(auxiliary.Length).Sum(v => v);
        for (var i = 0; i < present.Length; i++)
        {
            var (t, loss) = (present[i], values[i]);
            if (!float.IsFinite(loss)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The loss of task '{model.Heads[t].Name}' became {loss}")); }
            tasks[t] = (loss, shards.Sum(s => s.Labels[t]?.Count ?? 0));
            total += model.Heads[t].Weight * loss;
        }
        if (!double.IsFinite(total)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The sum of the tasks' and auxiliary losses became {total}")); }
        if (information.Length == 0) { return new StepResult(total, tasks); }
        var shared = information.Zip(values[^information.Length..], (i, value) => i.Share * value).Sum();
        return new StepResult(total, tasks) { Information = shared / information.Sum(i => i.Share) };
    }

    private static void CheckNorm(float norm)
    {
        if (!float.IsFinite(norm)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The norm of the gradient became {norm}")); }
    }
}
