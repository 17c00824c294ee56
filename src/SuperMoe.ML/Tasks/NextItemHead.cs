using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// The next item by the dot product of a state and the items' vectors. Every event's state predicts the event after it; the sum of embedding and
/// indicator predicts the event after the last, so that the embedding learns from this task too.
/// n targets, V items, S negatives, D model.
/// </summary>
internal sealed class NextItemHead(NextItemTask task, int itemCount, bool sampled) : TaskHead(task)
{
    private Tensor? _logCounts; // (V + 1): log of the expected number of draws of an item among S, for the logQ correction
    private Tensor? _cumulative; // (V + 1) float64: cumulative sampling probability
    private Tensor? _candidates; // (c) int64: the items that the full softmax is over; null for all
    private Tensor? _places; // (V + 1) int64: where an item stands among the candidates

    /// <summary>Up to this many items, the loss is by default the full softmax.</summary>
    public const int FullSoftmaxItems = 50_000;

    /// <summary>The task's settings.</summary>
    public NextItemTask Task { get; } = task;

    /// <summary>Whether the loss is the sampled softmax.</summary>
    public bool Sampled { get; } = sampled;

    /// <summary>The type in which the full softmax multiplies; the weights stay float32.</summary>
    public ScalarType Compute { get; set; } = ScalarType.Float32;

    /// <summary>Whether <paramref name="task"/> samples with a catalogue of <paramref name="itemCount"/> items.</summary>
    public static bool Samples(NextItemTask task, int itemCount) => task.Loss switch
    {
        NextItemLoss.Auto => itemCount > FullSoftmaxItems,
        NextItemLoss.SampledSoftmax => true,
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

    /// <summary>Prepares the loss: the distribution of negatives, in proportion to (count + 1)^0.75, or the items of the full softmax.</summary>
    /// <param name="counts">V + 1 numbers: how often training sees each item.</param>
    /// <param name="onlySeen">Whether the loss leaves out items that training never sees, whose vectors come from attributes alone.</param>
    /// <param name="device">Where the loss is computed.</param>
    public void Prepare(int[] counts, bool onlySeen, Device device)
    {
        if (Sampled)
        {
            var weights = counts.Select((c, i) => i == 0 || (onlySeen && c == 0) ? 0 : Math.Pow(c + 1.0, 0.75)).ToArray();
            var total = weights.Sum();
            var sum = 0.0;
            _logCounts = tensor([.. weights.Select(w => (float)Math.Log(Math.Max(w / total * Task.Negatives, 1e-30)))], device: device).DetachFromDisposeScope();
            _cumulative = tensor([.. weights.Select(w => sum += w / total)], device: device).DetachFromDisposeScope();
        }
        else if (onlySeen)
        {
            var seen = Enumerable.Range(1, itemCount).Where(i => counts[i] > 0).Select(i => (long)i).ToArray();
            var places = new long[itemCount + 1];
            for (var p = 0; p < seen.Length; p++) { places[seen[p]] = p; }
            _candidates = tensor(seen, device: device).DetachFromDisposeScope();
            _places = tensor(places, device: device).DetachFromDisposeScope();
        }
    }

    /// <summary>Draws S negatives with replacement; <see langword="null"/> for the full softmax.</summary>
    public Tensor? DrawNegatives(RandomSource random)
    {
        if (!Sampled) { return null; }
        var uniform = rand([Task.Negatives], ScalarType.Float64, _cumulative!.device, generator: random.Generator);
        return searchsorted(_cumulative, uniform, right: true).clamp_(Scalars.Of(1L), Scalars.Of((long)itemCount));
    }

    /// <inheritdoc/>
    public override Tensor Loss(TaskInput input, TaskLabels labels)
    {
        var states = input.Events!.index_select(0, labels.Rows); // (n, D)
        var targets = labels.Values;
        if (labels.Ends is { } ends)
        {
            var last = (input.Embedding + input.Indicator).index_select(0, ends.Users); // (e, D)
            states = cat([states, last]);
            targets = cat([targets, ends.Items]);
        }
        var weights = tensor(1f / targets.shape[0], device: states.device).expand(targets.shape[0]);
        return labels.Negatives is null
            ? FullSoftmax(input.Items, states, targets, weights)
            : SampledSoftmax(input.Items, states, targets, weights, labels.Negatives);
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
        foreach (var t in new[] { _logCounts, _cumulative, _candidates, _places }) { t?.Dispose(); }
        _logCounts = _cumulative = _candidates = _places = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) { EndTraining(); }
        base.Dispose(disposing);
    }

    private Tensor FullSoftmax(ItemEncoder items, Tensor states, Tensor targets, Tensor weights) => _candidates is null
        ? SoftmaxCrossEntropy.Apply(states, items.All().narrow(0, 1, itemCount), targets.sub(Scalars.Of(1L)), weights, Compute) // without the missing item
        : SoftmaxCrossEntropy.Apply(states, items.All().index_select(0, _candidates), _places!.index_select(0, targets), weights, Compute);

    // A negative's logit less the log of how often the item is expected among the negatives, so that each sum over negatives estimates the sum over
    // all other items. The target is there with certainty and not by sampling: its own logit stays as it is (Khrylchenko et al. 2025).
    private Tensor SampledSoftmax(ItemEncoder items, Tensor states, Tensor targets, Tensor weights, Tensor negatives)
    {
        var positive = (states * items.Lookup(targets)).sum(-1, keepdim: true); // (n, 1)
        var negative = matmul(states, items.Lookup(negatives).t()) - _logCounts!.index_select(0, negatives).unsqueeze(0); // (n, S)
        var hits = targets.unsqueeze(1).eq(negatives.unsqueeze(0)); // a negative that is the target
        var logits = cat([positive, negative.masked_fill(hits, Scalars.Of(double.NegativeInfinity))], -1);
        return ((logits.logsumexp(-1) - positive.squeeze(1)) * weights).sum();
    }
}
