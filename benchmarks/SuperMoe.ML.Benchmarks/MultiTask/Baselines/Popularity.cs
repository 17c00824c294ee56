using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>The next item by popularity: how many users' histories hold it.</summary>
internal static class Popularity
{
    /// <summary>Judges it by full ranking, each user's own history removed, ties against.</summary>
    /// <param name="data">All users: their histories count.</param>
    /// <param name="users">The users to judge.</param>
    /// <param name="cutoffs">The lengths of the lists.</param>
    public static NextItemMetrics Judge(MovieLensData data, IEnumerable<MovieUser> users, int[] cutoffs)
    {
        var places = data.Places();
        var counts = new float[places.Count];
        foreach (var e in data.Users.SelectMany(u => u.History)) { counts[places[e.Item]]++; }
        var metrics = new RankingAccumulator(cutoffs);
        foreach (var user in users)
        {
            int[] own = [.. user.History.Select(e => places[e.Item])];
            metrics.Add(TargetRank.Of(counts, places[user.Test.Item], own));
        }
        return metrics.ToMetrics();
    }
}
