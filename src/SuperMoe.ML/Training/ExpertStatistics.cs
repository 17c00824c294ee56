using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>Counts which experts each kind of token is sent to. Kinds: events, the embedding's indicator, each task's indicator if tasks have them.</summary>
internal sealed class ExpertStatistics(IReadOnlyList<string> groups)
{
    private readonly SortedDictionary<int, long[,]> _counts = [];

    /// <summary>Counts what the routers did with N events and all 1 + tasks indicators of B users.</summary>
    /// <param name="output">The encoder's output.</param>
    /// <param name="events">How many events each sparse block routed, by block: 0 in a last block whose events were not needed.</param>
    public void Add(ModelOutput output, Func<int, int> events)
    {
        using var scope = NewDisposeScope();
        foreach (var (block, router) in output.Routers)
        {
            var experts = (int)router.Logits.shape[1];
            if (!_counts.TryGetValue(block, out var counts)) { _counts[block] = counts = new long[groups.Count, experts]; }
            var chosen = router.Experts.cpu().contiguous().data<long>().ToArray(); // M × K
            var k = (int)router.Experts.shape[1];
            var first = events(block);
            for (var i = 0; i < chosen.Length; i++)
            {
                var token = i / k;
                var group = token < first ? 0 : 1 + ((token - first) % (groups.Count - 1));
                counts[group, chosen[i]]++;
            }
        }
    }

    /// <summary>The shares, block by block.</summary>
    public IReadOnlyList<ExpertLoad> Loads() => [.. _counts.Select(pair => new ExpertLoad(pair.Key, groups, Shares(pair.Value)))];

    private IReadOnlyList<double>[] Shares(long[,] counts)
    {
        var experts = counts.GetLength(1);
        return [.. Enumerable.Range(0, groups.Count).Select(group =>
        {
            var row = Enumerable.Range(0, experts).Select(e => (double)counts[group, e]).ToArray();
            var total = Math.Max(1, row.Sum());
            return (IReadOnlyList<double>)[.. row.Select(c => c / total)];
        })];
    }
}
