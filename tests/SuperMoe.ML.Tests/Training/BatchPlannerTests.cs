using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class BatchPlannerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(10_000)]
    public void Plan_has_every_user_once_within_the_budget_about_shortest_first(int tokens)
    {
        var random = new Random(2);
        var lengths = Enumerable.Range(0, 300).Select(_ => random.Next(0, 90)).ToArray();
        var users = Enumerable.Range(0, 300).ToArray();
        random.Shuffle(users);

        var batches = BatchPlanner.Plan(users, u => lengths[u], tokens);

        Assert.Equal(Enumerable.Range(0, 300), batches.SelectMany(b => b).Order());
        Assert.All(batches, b => Assert.True(b.Length == 1 || Places(b, lengths) <= tokens));
        var planned = batches.SelectMany(b => b).Select(u => lengths[u]).ToArray();
        for (var i = 1; i < planned.Length; i++) { Assert.True(planned[i] >= 0.94 * planned[i - 1]); }
        for (var i = 0; i + 1 < batches.Count; i++) // no batch is smaller than half of what it may be, unless the next user is too long for it
        {
            var longest = Math.Max(1, batches[i].Append(batches[i + 1][0]).Max(u => lengths[u]));
            Assert.True(Places(batches[i], lengths) >= tokens / 2 || (batches[i].Length + 1) * longest > tokens);
        }
    }

    [Theory]
    [InlineData(1024, 0.7)]
    [InlineData(4096, 0.95)] // some twenty users a batch: most neighbours stay
    public void Plan_of_long_and_different_users_pads_little_and_lets_other_users_meet_in_each_order(int tokens, double mostKept)
    {
        var random = new Random(4);
        var lengths = Enumerable.Range(0, 943).Select(u => Math.Min(200, 18 + (int)(700 * Math.Pow(random.NextDouble(), 3)))).ToArray(); // like MovieLens 100K
        var users = Enumerable.Range(0, lengths.Length).ToArray();
        var partners = new HashSet<(int, int)>[2];
        for (var epoch = 0; epoch < 2; epoch++)
        {
            random.Shuffle(users);
            var batches = BatchPlanner.Plan(users, u => lengths[u], tokens);
            var padding = 1 - (lengths.Sum() / (double)batches.Sum(b => Places(b, lengths)));
            Assert.InRange(padding, 0, 0.05);
            partners[epoch] = [.. batches.SelectMany(b => b.SelectMany(u => b.Where(v => v > u).Select(v => (u, v))))];
        }
        Assert.True(partners[0].Intersect(partners[1]).Count() < mostKept * partners[0].Count);
    }

    [Theory]
    [InlineData(new[] { 3, 3, 3, 4, 9 }, 12, 6, 3)] // a fourth of 3 would fit, one of 4 would not
    [InlineData(new[] { 3, 3, 9, 9 }, 99, 6, 2)] // large enough, and the next one pads
    [InlineData(new[] { 3, 3, 9, 9 }, 99, 7, 3)] // not large enough before the third
    [InlineData(new[] { 20, 20 }, 12, 6, 1)] // longer than a batch
    public void End_is_before_the_next_user_would_exceed_the_tokens_or_pad_too_much(int[] lengths, int tokens, int enough, int end) =>
        Assert.Equal(end, BatchPlanner.End(lengths, 0, tokens, enough));

    [Fact]
    public void Plan_keeps_the_given_order_among_users_of_one_length() =>
        Assert.Equal(new int[][] { [4, 2], [7, 1] }, BatchPlanner.Plan([4, 2, 7, 1], _ => 5, 10));

    [Fact]
    public void Plan_of_no_users_is_empty() => Assert.Empty(BatchPlanner.Plan([], _ => 1, 10));

    private static int Places(int[] batch, int[] lengths) => batch.Length * Math.Max(1, batch.Max(u => lengths[u]));
}
