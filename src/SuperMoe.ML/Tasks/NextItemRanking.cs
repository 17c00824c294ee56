using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>Ranks the whole catalogue for users, a chunk of users at a time so that the logits stay small. B users, V items, D model.</summary>
/// <param name="states">(B, D): what predicts each user's next item.</param>
/// <param name="items">(V + 1, D).</param>
/// <param name="history">Per user: items that are not ranked, repeats allowed.</param>
internal sealed class NextItemRanking(Tensor states, Tensor items, IReadOnlyList<ArraySegment<int>> history)
{
    private const long MaxLogits = 1L << 24;

    /// <summary>Per user, the number of other items that score at least as high as the target; 0 is the best rank. A target in the history is ranked all the same.</summary>
    public int[] Ranks(IReadOnlyList<int> targets) => RanksAndLoss(targets).Ranks;

    /// <summary>Ranks as <see cref="Ranks"/> gives them, and the mean cross-entropy of the targets over the whole catalogue.</summary>
    public (int[] Ranks, double Loss) RanksAndLoss(IReadOnlyList<int> targets)
    {
        var ranks = new int[targets.Count];
        var loss = 0.0;
        foreach (var (start, count) in Chunks())
        {
            using var scope = NewDisposeScope();
            var target = tensor([.. Enumerable.Range(start, count).Select(i => (long)targets[i])], device: items.device).unsqueeze(1); // (n, 1)
            var logits = Raw(start, count);
            var own = logits.gather(1, target); // (n, 1)
            loss += (logits.logsumexp(-1) - own.squeeze(1)).sum().item<float>();
            Exclude(logits, start, count);
            logits.scatter_(1, target, own);
            var better = logits.lt(own).logical_not_().sum(1).sub(Scalars.Of(1L)); // not >=: NaN must not look like a perfect rank; the target itself is not counted
            better.cpu().data<long>().ToArray().Select(r => (int)r).ToArray().CopyTo(ranks, start);
        }
        return (ranks, loss / Math.Max(1, targets.Count));
    }

    /// <summary>Per user, the k best items that are not in the history, best first, and their logits; item 0 where fewer can be ranked.</summary>
    public (int[] Items, float[] Scores) Top(int k)
    {
        var width = Math.Min(k, (int)items.shape[0] - 1);
        var chosen = new int[states.shape[0] * k];
        var scores = new float[chosen.Length];
        Array.Fill(scores, float.NegativeInfinity);
        foreach (var (start, count) in Chunks())
        {
            using var scope = NewDisposeScope();
            var logits = Raw(start, count);
            Exclude(logits, start, count);
            var (values, indexes) = logits.topk(width, -1);
            var value = values.cpu().data<float>().ToArray();
            var index = indexes.cpu().data<long>().ToArray();
            for (var i = 0; i < value.Length; i++)
            {
                var at = ((start + i / width) * k) + i % width;
                scores[at] = value[i];
                chosen[at] = float.IsNegativeInfinity(value[i]) ? 0 : (int)index[i];
            }
        }
        return (chosen, scores);
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
