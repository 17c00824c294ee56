using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>One method's ranks of the next items, pooled over folds.</summary>
/// <param name="cutoffs">The lengths of lists.</param>
internal sealed class RankPool(int[] cutoffs) : IPool
{
    private readonly List<int> _ranks = [];
    private readonly List<int> _places = [];

    /// <summary>Adds a user.</summary>
    /// <param name="rank">The rank of the user's next item, 0 is the best.</param>
    /// <param name="place">The user's place among all that are judged.</param>
    public void Add(int rank, int place)
    {
        _ranks.Add(rank);
        _places.Add(place);
    }

    /// <inheritdoc/>
    public Dictionary<string, double> Metrics() => Metrics(_ranks);

    /// <inheritdoc/>
    public Dictionary<string, double>[] WithoutGroup(int users) => UserGroups.Without(users, _places, kept => Metrics(kept.Select(i => _ranks[i])));

    private Dictionary<string, double> Metrics(IEnumerable<int> ranks)
    {
        var metrics = new RankingAccumulator(cutoffs);
        foreach (var rank in ranks) { metrics.Add(rank); }
        return MetricNames.Of(metrics.ToMetrics());
    }
}
