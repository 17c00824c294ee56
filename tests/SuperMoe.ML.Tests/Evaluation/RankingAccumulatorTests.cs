using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class RankingAccumulatorTests
{
    [Fact]
    public void Metrics_of_four_users_equal_those_by_hand()
    {
        var metrics = Metrics(new RankingAccumulator(), 0, 1, 4, 10);
        Assert.Equal(4, metrics.Users);
        Assert.Equal([5, 10, 20], metrics.HitRate.Keys);
        Assert.Equal([5, 10, 20], metrics.Ndcg.Keys);
        Assert.Equal([0.75, 0.75, 1.0], metrics.HitRate.Values);
        // 1 / log2(2) = 1, 1 / log2(3) = 0.6309297535714574, 1 / log2(6) = 0.38685280723454163, 1 / log2(12) = 0.27894294565112987
        Assert.Equal(2.0177825608059992 / 4, metrics.Ndcg[5], 1e-14);
        Assert.Equal(2.0177825608059992 / 4, metrics.Ndcg[10], 1e-14);
        Assert.Equal(2.296725506457129 / 4, metrics.Ndcg[20], 1e-14);
        Assert.Equal((1 + (1 / 2.0) + (1 / 5.0) + (1 / 11.0)) / 4, metrics.MeanReciprocalRank, 1e-14);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void A_list_of_k_ends_before_rank_k(int rank, double hitRate) =>
        Assert.Equal(hitRate, Metrics(new RankingAccumulator(10), rank).HitRate[10]);

    [Fact]
    public void Without_users_metrics_are_undefined()
    {
        var metrics = new RankingAccumulator(3).ToMetrics();
        Assert.Equal(0, metrics.Users);
        Assert.Equal(double.NaN, metrics.HitRate[3]);
        Assert.Equal(double.NaN, metrics.Ndcg[3]);
        Assert.Equal(double.NaN, metrics.MeanReciprocalRank);
    }

    [Fact]
    public void Metrics_of_random_ranks_equal_the_plain_means()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 50; trial++)
        {
            var ranks = Enumerable.Range(0, random.Next(1, 200)).Select(_ => (long)random.Next(60)).ToArray();
            var metrics = Metrics(new RankingAccumulator(50, 1, 7), ranks);
            Assert.Equal(ranks.Length, metrics.Users);
            foreach (var k in new[] { 1, 7, 50 })
            {
                Assert.Equal(ranks.Average(r => r < k ? 1.0 : 0), metrics.HitRate[k], 1e-12);
                Assert.Equal(ranks.Average(r => r < k ? Math.Log(2) / Math.Log(r + 2) : 0), metrics.Ndcg[k], 1e-12);
            }
            Assert.Equal(ranks.Average(r => 1.0 / (r + 1)), metrics.MeanReciprocalRank, 1e-12);
        }
    }

    [Fact]
    public void Impossible_cutoffs_and_ranks_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankingAccumulator(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankingAccumulator(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankingAccumulator().Add(-1));
    }

    private static NextItemMetrics Metrics(RankingAccumulator accumulator, params long[] ranks)
    {
        foreach (var rank in ranks) { accumulator.Add(rank); }
        return accumulator.ToMetrics();
    }
}
