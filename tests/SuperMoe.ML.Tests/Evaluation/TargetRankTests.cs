using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class TargetRankTests
{
    [Theory]
    [InlineData(new[] { 3f, 1, 2 }, 0, new int[0], 0)]
    [InlineData(new[] { 3f, 1, 2 }, 1, new int[0], 2)]
    [InlineData(new[] { 2f, 2, 2 }, 1, new int[0], 2)] // ties count against the model
    [InlineData(new[] { 3f, 1, 2 }, 1, new[] { 0, 0 }, 1)] // an item removed twice leaves once
    [InlineData(new[] { 3f, 1, 2 }, 1, new[] { 2, 0, 2 }, 0)]
    [InlineData(new[] { 3f, 1, 2 }, 1, new[] { 1 }, 2)] // the target stays
    [InlineData(new[] { 1f, 2, 3 }, 1, new[] { 0 }, 1)] // a worse item does not matter
    [InlineData(new[] { 3f, float.NaN, 2 }, 0, new int[0], 1)]
    [InlineData(new[] { 3f, float.NaN, 2 }, 1, new int[0], 2)]
    [InlineData(new[] { float.NegativeInfinity, float.NegativeInfinity }, 1, new int[0], 1)]
    public void The_rank_counts_other_items_scored_at_least_as_high(float[] scores, int target, int[] removed, long rank) =>
        Assert.Equal(rank, TargetRank.Of(scores, target, removed));

    [Fact]
    public void Random_rankings_equal_the_definition()
    {
        var random = new Random(11);
        for (var trial = 0; trial < 500; trial++)
        {
            var scores = Enumerable.Range(0, random.Next(1, 30)).Select(_ => (float)random.Next(8)).ToArray();
            var removed = Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(scores.Length)).ToArray();
            var target = random.Next(scores.Length);
            var expected = Enumerable.Range(0, scores.Length).Count(i => i != target && !removed.Contains(i) && scores[i] >= scores[target]);
            Assert.Equal(expected, TargetRank.Of(scores, target, removed));
        }
    }
}
