namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>
/// Like from averages: the log-odds that the movie is liked by others, plus how far the user's own log-odds are from everybody's. Both are
/// drawn to the mean by <see cref="Prior"/> imaginary events.
/// </summary>
internal sealed class MeanLike
{
    private const double Prior = 5;

    private readonly double _mean;
    private readonly Dictionary<int, double> _movies;

    public MeanLike(MovieLensData data)
    {
        List<MovieEvent> events = [.. data.Users.SelectMany(u => u.History)];
        _mean = (events.Count(e => e.IsLike) + 0.5) / (events.Count + 1);
        _movies = events.GroupBy(e => e.Item).ToDictionary(g => g.Key, g => Logit(g));
    }

    /// <summary>The logit that the user likes the movie of the held-out event.</summary>
    public float Logit(MovieUser user) =>
        (float)(_movies.GetValueOrDefault(user.Test.Item, Math.Log(_mean / (1 - _mean))) + Logit(user.History) - Math.Log(_mean / (1 - _mean)));

    private double Logit(IEnumerable<MovieEvent> events)
    {
        var (likes, count) = events.Aggregate((Likes: 0, Count: 0), (sum, e) => (sum.Likes + (e.IsLike ? 1 : 0), sum.Count + 1));
        var share = (likes + (Prior * _mean)) / (count + Prior);
        return Math.Log(share / (1 - share));
    }
}
