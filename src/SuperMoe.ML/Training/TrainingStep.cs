using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>One step of training: a batch of users through the encoder and the heads, and one update. N events, B users, T indicators, D model.</summary>
internal sealed class TrainingStep(
    MultiTaskModel model, TrainingRequest request, Optimizer optimizer, RandomSource random)
{
    private readonly MoeOptions _moe = request.Model.Moe;
    private readonly ComputePrecision _compute = PrecisionChoice.Of(request.Training.Precision, request.Device);

    /// <summary>Hears when a stage of a step has ended, for those who measure; <see langword="null"/> for nobody.</summary>
    public Action<StepStage>? Ended { get; init; }

    /// <summary>Trains on a batch, whose memory is not needed any more afterwards.</summary>
    /// <returns>The weighted loss with auxiliary losses, and per task its mean loss and how many labels it is over; <see langword="null"/> if there was nothing to learn.</returns>
    /// <exception cref="NonFiniteLossException">A loss or the gradient is NaN or infinite; nothing was updated.</exception>
    public StepResult? Run(TrainingBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels.Select((l, t) => l.ToLabels(model.Heads[t] is NextItemHead, request.Device)).ToArray();
        if (labels.All(l => l is null)) { return null; }
        var input = batch.Input.ToInput(request.Data.Schema, request.Device);
        if (model.NextItem is { } next) { DrawNegatives(next, labels); }
        foreach (var (field, table) in model.RowTables) { table.Open(field < 0 ? Items(input, labels) : [input.KeyFields[field]]); }
        Ended?.Invoke(StepStage.Input);
        try
        {
            var losses = Losses(input, labels, out var total, out var routers);
            total.backward();
            Ended?.Invoke(StepStage.Backward);
            var norm = optimizer.GradientNorm();
            var result = Read(total, losses, norm, labels);
            Ended?.Invoke(StepStage.Figures);
            optimizer.Step(learningRate, norm);
            foreach (var (router, output) in routers) { router.Balance(output.Load(), _moe.BiasStep); }
            Ended?.Invoke(StepStage.Update);
            return result;
        }
        finally
        {
            foreach (var (_, table) in model.RowTables) { table.Close(); }
        }
    }

    private Tensor?[] Losses(SequenceInput input, TaskLabels?[] labels, out Tensor total, out List<(Router, RouterOutput)> routers)
    {
        int[] present = [.. Enumerable.Range(0, labels.Length).Where(t => labels[t] is not null)];
        var needsEvents = present.Any(t => model.Heads[t] is NextItemHead);
        var states = model.Encoder.Encode(input, [0, .. present.Select(t => t + 1)], needsEvents, random, _compute);
        Ended?.Invoke(StepStage.Encoder);
        var losses = new Tensor?[labels.Length];
        var parts = new List<Tensor>();
        for (var i = 0; i < present.Length; i++)
        {
            var head = model.Heads[present[i]];
            var loss = head.Loss(
                new TaskInput
                {
                    Events = states.Events,
                    Embedding = states.Indicators!.select(1, 0),
                    Indicator = states.Indicators!.select(1, i + 1),
                    Items = model.Encoder.Items,
                    Random = random,
                },
                labels[present[i]]!);
            losses[present[i]] = loss;
            parts.Add(loss.mul(Scalars.Of(head.Weight)));
        }
        var byBlock = model.Encoder.Routers.ToArray();
        routers = [.. states.Routers.Select(r => (byBlock[r.Block]!, r.Router))];
        foreach (var (_, router) in routers)
        {
            if (_moe.ZLossWeight > 0) { parts.Add(RouterLosses.ZLoss(router).mul(Scalars.Of(_moe.ZLossWeight))); }
            if (_moe.BalanceLossWeight > 0) { parts.Add(RouterLosses.Balance(router).mul(Scalars.Of(_moe.BalanceLossWeight))); }
        }
        total = parts.Aggregate((a, b) => a + b);
        Ended?.Invoke(StepStage.Loss);
        return losses;
    }

    // One transfer for all figures of the step.
    private StepResult Read(Tensor total, Tensor?[] losses, Tensor norm, TaskLabels?[] labels)
    {
        var all = new List<Tensor> { total.detach(), norm };
        all.AddRange(losses.OfType<Tensor>().Select(l => l.detach()));
        var values = stack(all).cpu().data<float>().ToArray();
        var tasks = new (double Loss, int Count)[losses.Length];
        var next = 2;
        for (var t = 0; t < losses.Length; t++)
        {
            if (losses[t] is null) { continue; }
            tasks[t] = (values[next], labels[t]!.Count);
            if (!float.IsFinite(values[next])) { throw new NonFiniteLossException($"The loss of task '{model.Heads[t].Name}' became {values[next]}"); }
            next++;
        }
        if (!float.IsFinite(values[0])) { throw new NonFiniteLossException($"The sum of the tasks' and auxiliary losses became {values[0]}"); }
        if (!float.IsFinite(values[1])) { throw new NonFiniteLossException($"The norm of the gradient became {values[1]}"); }
        return new StepResult(values[0], tasks);
    }

    private void DrawNegatives(NextItemHead next, TaskLabels?[] labels)
    {
        for (var t = 0; t < labels.Length; t++)
        {
            if (model.Heads[t] == next && labels[t] is { } present) { labels[t] = present with { Negatives = next.DrawNegatives(present, random) }; }
        }
    }

    private List<Tensor> Items(SequenceInput input, TaskLabels?[] labels)
    {
        var ids = new List<Tensor> { input.Items };
        for (var t = 0; t < labels.Length; t++)
        {
            if (labels[t] is not { } present) { continue; }
            if (model.Heads[t] is NextItemHead) { ids.Add(present.Values); }
            if (present.Ends is { } ends) { ids.Add(ends.Items); }
            if (present.Negatives is { } negatives) { ids.Add(negatives); }
            if (present.Candidates is { } candidates) { ids.Add(candidates); }
        }
        return ids;
    }
}
