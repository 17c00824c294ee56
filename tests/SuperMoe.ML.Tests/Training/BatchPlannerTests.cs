using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class BatchPlannerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(10_000)]
    public void Plan_has_every_user_once_within_the_budget_shortest_first(int tokens)
    {
        var random = new Random(2);
        var lengths = Enumerable.Range(0, 300).Select(_ => random.Next(0, 90)).ToArray();
        var users = Enumerable.Range(0, 300).ToArray();
        random.Shuffle(users);

        var batches = BatchPlanner.Plan(users, u => lengths[u], tokens);

        Assert.Equal(Enumerable.Range(0, 300), batches.SelectMany(b => b).Order());
        Assert.All(batches, b => Assert.True(b.Length == 1 || b.Length * Math.Max(1, b.Max(u => lengths[u])) <= tokens));
        Assert.Equal(lengths.Order(), batches.SelectMany(b => b).Select(u => lengths[u]));
        for (var i = 0; i + 1 < batches.Count; i++) // no batch is smaller than it must be
        {
            var longest = Math.Max(1, lengths[batches[i + 1][0]]);
            Assert.True((batches[i].Length + 1) * longest > tokens);
        }
    }

    [Fact]
    public void Plan_keeps_the_given_order_among_users_of_one_length() =>
        Assert.Equal(new int[][] { [4, 2], [7, 1] }, BatchPlanner.Plan([4, 2, 7, 1], _ => 5, 10));

    [Fact]
    public void Plan_of_no_users_is_empty() => Assert.Empty(BatchPlanner.Plan([], _ => 1, 10));
}
