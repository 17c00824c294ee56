namespace SuperMoe.ML.Evaluation;

/// <summary>Sums up ranks, one a user, to <see cref="NextItemMetrics"/>. Not safe for use from several threads.</summary>
internal sealed class RankingAccumulator
{
    private static readonly int[] s_defaultCutoffs = [5, 10, 20];

    private readonly int[] _cutoffs;
    private readonly long[] _hits;
    private readonly double[] _gains;
    private double _reciprocals;
    private long _users;

    /// <param name="cutoffs">The lengths k of the lists to judge, each at least 1 and different; without any, 5, 10 and 20.</param>
    /// <exception cref="ArgumentOutOfRangeException">A cutoff below 1 or given twice.</exception>
    public RankingAccumulator(params int[] cutoffs)
    {
        _cutoffs = cutoffs.Length > 0 ? [.. cutoffs.Order()] : s_defaultCutoffs;
        for (var i = 0; i < _cutoffs.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(_cutoffs[i], 1, nameof(cutoffs));
            if (i > 0) { ArgumentOutOfRangeException.ThrowIfEqual(_cutoffs[i], _cutoffs[i - 1], nameof(cutoffs)); }
        }
        _hits = new long[_cutoffs.Length];
        _gains = new double[_cutoffs.Length];
    }

    /// <summary>Adds one user.</summary>
    /// <param name="rank">The target's rank: the number of other items scored greater than or equal to it; 0 is the best.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative rank.</exception>
    public void Add(long rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        _users++;
        _reciprocals += 1.0 / (rank + 1);
        var gain = 1.0 / Math.Log2(rank + 2.0);
        for (var i = _cutoffs.Length - 1; i >= 0 && rank < _cutoffs[i]; i--)
        {
            _hits[i]++;
            _gains[i] += gain;
        }
    }

    /// <summary>The metrics of all users added so far.</summary>
    public NextItemMetrics ToMetrics()
    {
        double users = _users; // 0 / 0 is NaN, as promised
        var hitRate = new SortedDictionary<int, double>();
        var ndcg = new SortedDictionary<int, double>();
        for (var i = 0; i < _cutoffs.Length; i++)
        {
            hitRate.Add(_cutoffs[i], _hits[i] / users);
            ndcg.Add(_cutoffs[i], _gains[i] / users);
        }
        return new NextItemMetrics(_users, hitRate, ndcg, _reciprocals / users);
    }
}
