using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Wide;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>
/// Measures the tasks on what validation keeps: for next item the full ranking of each kept user's last event, for the others the kept users' labels.
/// </summary>
internal sealed class Validator(MultiTaskModel model, TrainingRequest request, UserSplit split)
{
    private readonly BatchBuilder _batches = new(request.Data, request.Model.MaxLength, request.Device);
    private readonly int[] _indicators = model.IndicatorsOf(Enumerable.Range(0, request.Tasks.Count));

    /// <summary>Measures every task on <paramref name="users"/>.</summary>
    /// <returns>Per task, what was found.</returns>
    public ValidatedTask[] Run(IReadOnlyCollection<int> users)
    {
        using var scope = NewDisposeScope();
        var results = model.Heads.Select(_ => new TaskValidation()).ToArray();
        var items = model.NextItem is null ? null : Items(); // (V + 1, D), once for all batches
        Visit(users, input => model.Encoder.EncodeLast(input, _indicators, items), (batch, input, states) =>
        {
            for (var t = 0; t < model.Heads.Count; t++)
            {
                var taskInput = new TaskInput
                {
                    Events = states.Events,
                    Embedding = states.Indicators!.select(1, 0),
                    Indicator = model.IndicatorAt(states.Indicators!, t + 1),
                    Items = model.Encoder.Items,
                    Sequence = input,
                };
                if (model.Heads[t] is NextItemHead next) { NextItem(next, batch, taskInput, items!, results[t]); }
                else { Labels((UserHead)model.Heads[t], t, batch, taskInput, results[t]); }
            }
        });
        for (var t = 0; t < model.Heads.Count; t++)
        {
            if (model.Heads[t] is UserHead { Wide: { } wide } head && results[t].Labels.Count > 0) { Blend(head, wide, results[t]); }
        }
        return [.. model.Heads.Select((head, t) => new ValidatedTask(results[t].Loss, Metrics(head, results[t])) { Shares = results[t].Shares })];
    }

    /// <summary>Which experts the tokens of <paramref name="users"/> are sent to.</summary>
    public IReadOnlyList<ExpertLoad> MeasureExperts(IReadOnlyCollection<int> users)
    {
        var statistics = new ExpertStatistics(["Events", request.EmbeddingName, .. model.HasIndicators ? request.Tasks.Select(t => t.Name) : []]);
        var last = request.Model.Blocks - 1;
        Visit(users, input => model.Encoder.Encode(input, _indicators, model.NextItem is not null, null), (_, input, states) => statistics.Add(states, block => states.Events is null && block == last ? 0 : input.Events));
        return statistics.Loads();
    }

    private static IReadOnlyDictionary<string, double> Metrics(TaskHead head, TaskValidation result) =>
        head is UserHead user ? user.Metrics([.. result.Predictions], [.. result.Labels]) : NextItemHead.Metrics(result.Ranks);

    private Tensor Items()
    {
        using var noGrad = no_grad();
        return model.Encoder.Items.All();
    }

    private void Visit(IReadOnlyCollection<int> users, Func<SequenceInput, ModelOutput> encode, Action<int[], SequenceInput, ModelOutput> visit)
    {
        using var noGrad = no_grad();
        var tokens = Math.Max(request.Training.BatchTokens, 4096);
        foreach (var batch in BatchPlanner.Plan(users, u => Math.Min(split.ValidationInputLength(u), request.Model.MaxLength), tokens))
        {
            request.Training.CancellationToken.ThrowIfCancellationRequested();
            request.CheckAlive();
            using var scope = NewDisposeScope();
            var input = _batches.Build(batch, [.. batch.Select(split.ValidationInputLength)]);
            visit(batch, input, encode(input));
        }
    }

    private void NextItem(NextItemHead head, int[] users, TaskInput states, Tensor items, TaskValidation result)
    {
        List<int> targets = [];
        List<long> rows = [];
        List<ArraySegment<int>> history = [];
        for (var b = 0; b < users.Length; b++)
        {
            var user = users[b];
            var length = split.ValidationInputLength(user);
            var first = request.Data.Offsets[user];
            var target = length < request.Data.Length(user) ? request.Data.Items[first + length] : 0;
            if (target == 0) { continue; }
            targets.Add(target);
            rows.Add(b);
            history.Add(new ArraySegment<int>(request.Data.Items, first, length));
        }
        if (targets.Count == 0) { return; }
        var predictors = head.AfterEvents(states.Events!.index_select(0, tensor(rows.ToArray(), device: request.Device)));
        var (ranks, loss) = new NextItemRanking(predictors, items, history).RanksAndLoss(targets, lossOverHistory: !head.Task.LeavesOwnOut);
        result.Ranks.AddRange(ranks);
        result.Add(loss, targets.Count);
    }

    private void Labels(UserHead head, int task, int[] users, TaskInput states, TaskValidation result)
    {
        var values = request.Data.Labels[task]!;
        var candidates = head.HasCandidate ? request.Data.Candidates[task] : null;
        int[] present = [.. Enumerable.Range(0, users.Length).Where(b =>
            split.IsValidation(users[b]) && !float.IsNaN(values[users[b]]) && (candidates is null || candidates[users[b]] != 0))];
        if (present.Length == 0) { return; }
        float[] labels = [.. present.Select(b => values[users[b]])];
        long[] rows = [.. present.Select(b => (long)b)];
        var about = candidates is null ? null : tensor([.. present.Select(b => (long)candidates[users[b]])], device: request.Device);
        var chosen = new TaskLabels(tensor(rows, device: request.Device), tensor(labels, device: request.Device), about);
        var outputs = head.NetworkOutputs(states, chosen);
        result.Labels.AddRange(labels);
        if (head.Wide is { } wide)
        {
            var all = candidates is null ? null : tensor([.. users.Select(u => (long)candidates[u])], device: request.Device);
            result.Deep.AddRange(Read(outputs));
            result.Wide.AddRange(Read(wide.Outputs(states.Sequence!, all).index_select(0, chosen.Rows)));
            return;
        }
        var (predictions, loss) = head.PredictAndLoss(outputs, chosen.Values);
        result.Predictions.AddRange(Read(predictions));
        result.Add(loss.item<float>(), present.Length);
    }

    // Each epoch's network is weighed anew against the wide part, and judged together with it, as it will score.
    private void Blend(UserHead head, WidePart wide, TaskValidation result)
    {
        using var noGrad = no_grad();
        var (n, loss) = (result.Labels.Count, head.LinearLoss());
        float[] wideOutputs = [.. result.Wide], deepOutputs = [.. result.Deep], labels = [.. result.Labels];
        var shares = ScoreBlend.Fit(loss, wideOutputs, deepOutputs, labels);
        wide.Share(shares);
        result.Shares = shares;
        var outputs = wide.Blend(
            tensor(wideOutputs, [n, loss.Outputs], device: request.Device), tensor(deepOutputs, [n, loss.Outputs], device: request.Device));
        var (predictions, mean) = head.PredictAndLoss(outputs, tensor(labels, device: request.Device));
        result.Predictions.AddRange(Read(predictions));
        result.Add(mean.item<float>(), n);
    }

    private static float[] Read(Tensor values) => values.cpu().contiguous().data<float>().ToArray();
}
