using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Sharing;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// The next item by the dot product of a state and the items' vectors. Every event's state predicts the event after it; the sum of embedding and
/// indicator predicts the event after the last, so that the embedding learns from this task too. Where tasks have no indicators, the task's mixture of an
/// event's state predicts, and after the last event that of the embedding.
/// n targets, V items, S negatives, D model.
/// </summary>
internal sealed class NextItemHead(NextItemTask task, int itemCount, TaskMixture? mixture = null) : TaskHead(task)
{
    private NegativeSampler? _sampler;
    private Tensor? _candidates; // (c) int64: the items that the loss is about; null for all
    private Tensor? _places; // (V + 1) int64: where an item stands among the candidates

    /// <summary>Up to this many items, the loss is by default the full softmax.</summary>
    public const int FullSoftmaxItems = 50_000;

    private const int BatchNegatives = 2048;

    /// <summary>The task's settings.</summary>
    public NextItemTask Task { get; } = task;

    /// <summary>The loss: any but <see cref="NextItemLoss.Auto"/>.</summary>
    public NextItemLoss Kind { get; } = LossOf(task, itemCount);

    /// <summary>The type in which the full softmax multiplies; the weights stay float32.</summary>
    public ScalarType Compute { get; set; } = ScalarType.Float32;

    /// <summary>How many negatives are drawn: for a batch, or with <see cref="NextItemLoss.BinaryCrossEntropy"/> for a position.</summary>
    public int Negatives => Task.Negatives ?? (Kind == NextItemLoss.BinaryCrossEntropy ? 1 : BatchNegatives);

    /// <summary>The loss of <paramref name="task"/> with a catalogue of <paramref name="itemCount"/> items.</summary>
    public static NextItemLoss LossOf(NextItemTask task, int itemCount) => task.Loss switch
    {
        NextItemLoss.Auto => itemCount > FullSoftmaxItems ? NextItemLoss.SampledSoftmax : NextItemLoss.FullSoftmax,
        var loss => loss,
    };

    /// <summary>Whether training <paramref name="task"/> with a catalogue of <paramref name="itemCount"/> items updates the whole item table at every step.</summary>
    public static bool UsesWholeTable(NextItemTask task, int itemCount) => LossOf(task, itemCount) switch
    {
        NextItemLoss.FullSoftmax => true,
        NextItemLoss.BinaryCrossEntropy => itemCount <= EventEncoder.WholeTableRows,
        _ => false,
    };

    /// <summary>Metrics by name from 0-based ranks over the whole catalogue, the primary one first.</summary>
    public static IReadOnlyDictionary<string, double> Metrics(IEnumerable<int> ranks)
    {
        var accumulator = new RankingAccumulator(10);
        foreach (var rank in ranks) { accumulator.Add(rank); }
        var metrics = accumulator.ToMetrics();
        return new Dictionary<string, double> { ["NDCG@10"] = metrics.Ndcg[10], ["HR@10"] = metrics.HitRate[10], ["MRR"] = metrics.MeanReciprocalRank };
    }

    /// <summary>Prepares the loss: the distribution of negatives, in proportion to (count + 1)^0.75, or the items that the loss is about.</summary>
    /// <param name="counts">V + 1 numbers: how often training sees each item.</param>
    /// <param name="onlySeen">Whether the loss leaves out items that training never sees, whose vectors come from attributes alone.</param>
    /// <param name="device">Where the loss is computed.</param>
    public void Prepare(int[] counts, bool onlySeen, Device device)
    {
        if (Kind == NextItemLoss.SampledSoftmax) { _sampler = new NegativeSampler(counts, onlySeen, device); }
        else if (onlySeen)
        {
            var seen = Enumerable.Range(1, itemCount).Where(i => counts[i] > 0).Select(i => (long)i).ToArray();
            var places = new long[itemCount + 1];
            for (var p = 0; p < seen.Length; p++) { places[seen[p]] = p; }
            _candidates = tensor(seen, device: device).DetachFromDisposeScope();
            _places = tensor(places, device: device).DetachFromDisposeScope();
        }
    }

    /// <summary>What predicts the item after events: their states, (n, D), or the task's mixture of them.</summary>
    public Tensor AfterEvents(Tensor states, RandomSource? random = null) => mixture?.Of(states, random) ?? states;

    /// <summary>What predicts a user's next item without an event's state, (B, D): the sum of embedding and indicator, or the task's mixture of the embedding.</summary>
    public Tensor OfUsers(Tensor embedding, Tensor? indicator, RandomSource? random = null) => mixture?.Of(embedding, random) ?? embedding.Plus(indicator!);

    /// <summary>Draws negatives for <paramref name="labels"/>: (S) for the batch, or (n, S) for each target, ends last; <see langword="null"/> for the full softmax.</summary>
    public Tensor? DrawNegatives(TaskLabels labels, RandomSource random) => Kind switch
    {
        NextItemLoss.SampledSoftmax => _sampler!.Draw(Negatives, random),
        NextItemLoss.BinaryCrossEntropy => DrawOthers(Targets(labels), random),
        _ => null,
    };

    /// <inheritdoc/>
    public override Tensor Loss(TaskInput input, TaskLabels labels)
    {
        var states = AfterEvents(input.Events!.index_select(0, labels.Rows), input.Random); // (n, D)
        var targets = Targets(labels);
        if (labels.Ends is { } ends)
        {
            var last = OfUsers(input.Embedding, input.Indicator, input.Random).index_select(0, ends.Users); // (e, D)
            states = cat([states, last]);
        }
        var weights = Shares(1, targets.shape[0], states.device);
        if (History(input) is { } history)
        {
            states = cat([states, input.Embedding.index_select(0, history.Users)]);
            targets = cat([targets, history.Items]);
            weights = cat([weights, Shares(Task.HistoryWeight, history.Items.shape[0], states.device)]);
            if (labels.Own is { } own) { labels = labels with { Own = (own.Items, cat([own.Lists, history.Users])) }; }
        }
        return Kind switch
        {
            NextItemLoss.SampledSoftmax => SampledLoss(input.Items, states, targets, weights, labels),
            NextItemLoss.BinaryCrossEntropy => BinaryLoss(input.Items, states, targets, weights, labels.Negatives!),
            _ => FullLoss(input.AllItems ?? input.Items.All(), states, targets, weights, labels.Own),
        };
    }

    /// <summary>(n, D) states and an item matrix, (V + 1, D) → (n, V + 1) logits; minus infinity for the missing item.</summary>
    public static Tensor Logits(Tensor states, Tensor items)
    {
        var logits = matmul(states, items.t());
        logits.select(1, 0).fill_(Scalars.Of(double.NegativeInfinity));
        return logits;
    }

    /// <summary>Ends training: what <see cref="Prepare"/> made is given back.</summary>
    public void EndTraining()
    {
        _sampler?.Dispose();
        _candidates?.Dispose();
        _places?.Dispose();
        (_sampler, _candidates, _places) = (null, null, null);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) { EndTraining(); }
        base.Dispose(disposing);
    }

    // A weighted mean of so many terms, as a factor of each: (count).
    private static Tensor Shares(double weight, long count, Device device) => tensor((float)(weight / count), device: device).expand(count);

    // The events that the embedding missed and whose item is known: (h) users, (h) items. Null for none, and where they do not count.
    private (Tensor Users, Tensor Items)? History(TaskInput input)
    {
        if (Task.HistoryWeight == 0 || input.Hidden is not { } hidden) { return null; }
        var sequence = input.Sequence!;
        var missed = sequence.Unpad is null ? hidden : hidden.index_select(0, sequence.Unpad); // (N)
        var events = (missed * sequence.Items.ne(Scalars.Of(0L)).to(ScalarType.Float32)).nonzero().squeeze(-1); // (h)
        if (events.shape[0] == 0) { return null; }
        var places = sequence.Unpad is null ? events : sequence.Unpad.index_select(0, events);
        return (places.div(tensor((long)sequence.MaxLength, device: places.device), RoundingMode.floor), sequence.Items.index_select(0, events));
    }

    // Targets of events, then those of ends: (n).
    private static Tensor Targets(TaskLabels labels) => labels.Ends is { } ends ? cat([labels.Values, ends.Items]) : labels.Values;

    private Tensor FullLoss(Tensor items, Tensor states, Tensor targets, Tensor weights, (Tensor Items, Tensor Lists)? own)
    {
        var vectors = _candidates is null ? items.narrow(0, 1, itemCount) : items.index_select(0, _candidates); // without the missing item
        var leftOut = own is { } lists ? new LeftOut(lists.Lists, Places(lists.Items.reshape(-1)).view(lists.Items.shape)) : null;
        return SoftmaxCrossEntropy.Apply(states, vectors, Places(targets), weights, Compute, leftOut);
    }

    // Where items stand among those that the full softmax is over: (m) → (m).
    private Tensor Places(Tensor items) => _places is null ? items.sub(Scalars.Of(1L)) : _places.index_select(0, items);

    // A negative's logit less the log of how often the item is expected among the negatives, so that each sum over negatives estimates the sum over
    // all other items. The target is there with certainty and not by sampling: its own logit stays as it is (Khrylchenko et al. 2025).
    // An item that is among the negatives several times is computed once and counts as often.
    private Tensor SampledLoss(ItemEncoder items, Tensor states, Tensor targets, Tensor weights, TaskLabels labels)
    {
        var positives = Task.InBatchNegatives ? labels.BatchItems ?? labels.Values : null;
        var inBatch = positives?.shape[0] ?? 0;
        var negatives = positives is null ? labels.Negatives! : cat([labels.Negatives!, positives]);
        var (candidates, _, repeats) = negatives.unique(sorted: true, return_counts: true); // (U), sorted
        var bias = repeats!.to(ScalarType.Float64).log_().sub_(_sampler!.LogExpected(candidates, Negatives, inBatch)).to(ScalarType.Float32); // (U)
        var vectors = items.Lookup(cat([targets, candidates])); // (n + U, D)
        var (n, u) = (targets.shape[0], candidates.shape[0]);
        var leftOut = labels.Own is { } own ? new LeftOut(own.Lists, Find(own.Items, candidates)) : null;
        return SampledSoftmax.Apply(states, vectors.narrow(0, 0, n), vectors.narrow(0, n, u), bias, Find(targets, candidates), weights, leftOut);
    }

    // Where each item stands among sorted candidates; their number where it does not. Of any shape.
    private static Tensor Find(Tensor items, Tensor candidates)
    {
        var places = searchsorted(candidates, items);
        var last = tensor(candidates.shape[0] - 1, device: candidates.device);
        var found = candidates.index_select(0, places.minimum(last).reshape(-1)).view(items.shape).eq(items);
        return where(found, places, last.Plus(tensor(1L, device: candidates.device)));
    }

    private Tensor BinaryLoss(ItemEncoder items, Tensor states, Tensor targets, Tensor weights, Tensor negatives)
    {
        var n = targets.shape[0];
        var vectors = items.Lookup(cat([targets, negatives.reshape(-1)])); // (n + n × S, D)
        var positive = (states * vectors.narrow(0, 0, n)).sum(-1); // (n)
        var negative = (states.unsqueeze(1) * vectors.narrow(0, n, negatives.numel()).view(n, Negatives, -1)).sum(-1); // (n, S)
        var loss = nn.functional.softplus(positive.neg()).Plus(nn.functional.softplus(negative).sum(-1));
        return (loss * weights).sum();
    }

    // Each item but the target is as likely as any: a number below that of the others, which skips the target. (n) → (n, S).
    private Tensor DrawOthers(Tensor targets, RandomSource random)
    {
        using var scope = NewDisposeScope();
        var count = _candidates?.shape[0] ?? itemCount;
        var places = (_places is null ? targets - tensor(1L, device: targets.device) : _places.index_select(0, targets)).unsqueeze(1); // (n, 1)
        var drawn = random.Uniform(targets.shape[0], Negatives)
            .mul_(Scalars.Of((double)(count - 1))).floor_().to(ScalarType.Int64);
        drawn = drawn.Accumulate(drawn.ge(places)).clamp_(max: Scalars.Of(count - 1)); // the only item of a catalogue is its own negative
        var items = _candidates is null ? drawn.Accumulate(Scalars.Of(1L)) : _candidates.index_select(0, drawn.reshape(-1)).view(drawn.shape);
        return items.MoveToOuterDisposeScope();
    }
}
