using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Ranks the whole catalogue for users, a chunk of users at a time so that the logits stay small. B users, V items, D model.</summary>
/// <param name="states">(B, D): what predicts each user's next item.</param>
/// <param name="items">(V + 1, D).</param>
/// <param name="history">Per user: items that are not ranked, repeats allowed.</param>
internal sealed class NextItemRanking(Tensor states, Tensor items, IReadOnlyList<ArraySegment<int>> history)
{
    private const long MaxLogits = 1L << 24;
    private const int TileUsers = 64;
    private const int TileLogits = 1 << 16; // 256 KiB

    /// <summary>Per user, the number of other items that score at least as high as the target; 0 is the best rank. A target in the history is ranked all the same.</summary>
    public int[] Ranks(IReadOnlyList<int> targets) => RanksAndLoss(targets, lossOverHistory: true).Ranks;

    /// <summary>Ranks as <see cref="Ranks"/> gives them, and the mean cross-entropy of the targets: over the whole catalogue, or less the user's history.</summary>
    public (int[] Ranks, double Loss) RanksAndLoss(IReadOnlyList<int> targets, bool lossOverHistory)
    {
        if (items.device_type != TorchSharp.DeviceType.CPU) { return RanksOfChunks(targets, lossOverHistory); }
        var (ranks, loss) = TargetRanks.Of(states, items, history, targets, lossOverHistory);
        return (ranks, loss / Math.Max(1, targets.Count));
    }

    /// <summary>The same by torch's operators.</summary>
    internal (int[] Ranks, double Loss) RanksOfChunks(IReadOnlyList<int> targets, bool lossOverHistory)
    {
        var ranks = new int[targets.Count];
        var loss = 0.0;
        foreach (var (start, count) in Chunks())
        {
            using var scope = NewDisposeScope();
            var target = tensor([.. Enumerable.Range(start, count).Select(i => (long)targets[i])], device: items.device).unsqueeze(1); // (n, 1)
            var logits = Raw(start, count);
            var own = logits.gather(1, target); // (n, 1)
            if (lossOverHistory) { loss += Loss(logits, own); }
            Exclude(logits, start, count);
            logits.scatter_(1, target, own);
            if (!lossOverHistory) { loss += Loss(logits, own); }
            var better = logits.lt(own).logical_not_().sum(1).sub(Scalars.Of(1L)); // not >=: NaN must not look like a perfect rank; the target itself is not counted
            better.cpu().data<long>().ToArray().Select(r => (int)r).ToArray().CopyTo(ranks, start);
        }
        return (ranks, loss / Math.Max(1, targets.Count));

        static double Loss(Tensor logits, Tensor own) => (logits.logsumexp(-1) - own.squeeze(1)).sum().item<float>();
    }

    /// <summary>Per user, the k best items that are not in the history, best first, and their logits; item 0 where fewer can be ranked.</summary>
    public (int[] Items, float[] Scores) Top(int k)
    {
        var users = (int)states.shape[0];
        var (chosen, scores) = (new int[users * k], new float[users * k]);
        Top(k, [.. Enumerable.Range(0, users)], chosen, scores);
        return (chosen, scores);
    }

    /// <summary>The same, written to places of the caller's.</summary>
    /// <param name="k">The items of a user.</param>
    /// <param name="places">Per user: where the user stands in what is written.</param>
    /// <param name="chosen">The items, k a place.</param>
    /// <param name="scores">Their logits.</param>
    public void Top(int k, ReadOnlySpan<int> places, int[] chosen, float[] scores)
    {
        if (items.device_type == TorchSharp.DeviceType.CPU)
        {
            foreach (var place in places) { TopItems.Begin(chosen.AsSpan(place * k, k), scores.AsSpan(place * k, k)); }
            if (TopLogits.Suits(places.Length))
            {
                TopLogits.Add(states, items, history, places, k, chosen, scores);
                return;
            }
            for (var start = 0; start < places.Length; start += TileUsers)
            {
                TopOfTiles(start, places.Slice(start, Math.Min(TileUsers, places.Length - start)), k, chosen, scores);
            }
            return;
        }
        foreach (var (start, count) in Chunks())
        {
            using var scope = NewDisposeScope();
            var logits = Raw(start, count);
            Exclude(logits, start, count);
            Copy(logits.topk(Math.Min(k, (int)logits.shape[1]), -1), k, places.Slice(start, count), chosen, scores);
        }
    }

    // A tile of some users by some items at a time: its logits are read while they are in the processor's own cache.
    private void TopOfTiles(int start, ReadOnlySpan<int> places, int k, int[] chosen, float[] scores)
    {
        using var rows = states.narrow(0, start, places.Length);
        var count = (int)items.shape[0];
        var width = Math.Max(16, TileLogits / places.Length);
        for (var first = 0; first < count; first += width)
        {
            using var scope = NewDisposeScope();
            width = Math.Min(width, count - first);
            var logits = HostCopy.View<float>(matmul(rows, items.narrow(0, first, width).t()));
            for (var i = 0; i < places.Length; i++)
            {
                var own = logits.Slice(i * width, width);
                if (first == 0) { own[0] = float.NegativeInfinity; } // the missing item
                foreach (var item in history[start + i])
                {
                    if ((uint)(item - first) < (uint)width) { own[item - first] = float.NegativeInfinity; }
                }
                TopItems.Add(own, first, chosen.AsSpan(places[i] * k, k), scores.AsSpan(places[i] * k, k));
            }
        }
    }

    private static void Copy((Tensor Values, Tensor Indexes) top, int k, ReadOnlySpan<int> places, int[] chosen, float[] scores)
    {
        var values = HostCopy.View<float>(top.Values.cpu());
        var indexes = HostCopy.View<long>(top.Indexes.cpu());
        var width = values.Length / places.Length;
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < k; j++)
            {
                var value = j < width ? values[(i * width) + j] : float.NegativeInfinity;
                scores[(places[i] * k) + j] = value;
                chosen[(places[i] * k) + j] = float.IsNegativeInfinity(value) ? 0 : (int)indexes[(i * width) + j];
            }
        }
    }

    private Tensor Raw(int start, int count) => NextItemHead.Logits(states.narrow(0, start, count), items);

    private void Exclude(Tensor logits, int start, int count)
    {
        var places = new List<long>();
        for (var i = 0; i < count; i++)
        {
            foreach (var item in history[start + i]) { places.Add((i * items.shape[0]) + item); }
        }
        if (places.Count > 0) { logits.view(-1).index_fill_(0, tensor(places.ToArray(), device: items.device), Scalars.Of(double.NegativeInfinity)); }
    }

    private IEnumerable<(int Start, int Count)> Chunks()
    {
        var users = (int)states.shape[0];
        var size = (int)Math.Max(1, MaxLogits / items.shape[0]);
        for (var start = 0; start < users; start += size) { yield return (start, Math.Min(size, users - start)); }
    }
}
