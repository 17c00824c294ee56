namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>Ranking metrics of several groups of users as if they were one: each is a mean over users.</summary>
internal static class RankingPool
{
    public static NextItemMetrics Of(IReadOnlyCollection<NextItemMetrics> groups)
    {
        var users = groups.Sum(g => g.Users);
        return new NextItemMetrics(
            users,
            groups.First().HitRate.Keys.ToDictionary(k => k, k => Mean(g => g.HitRate[k])),
            groups.First().Ndcg.Keys.ToDictionary(k => k, k => Mean(g => g.Ndcg[k])),
            Mean(g => g.MeanReciprocalRank));

        double Mean(Func<NextItemMetrics, double> metric) => groups.Where(g => g.Users > 0).Sum(g => metric(g) * g.Users) / users;
    }
}
