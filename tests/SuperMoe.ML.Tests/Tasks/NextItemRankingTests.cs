using SuperMoe.ML.Evaluation;
using SuperMoe.ML.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks;

public sealed class NextItemRankingTests : IDisposable
{
    private const int Users = 20;
    private const int Items = 30;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _states = TestDevice.Normal(1, Users, 4).round(); // whole numbers make ties
    private readonly Tensor _items = TestDevice.Normal(2, Items + 1, 4).round();
    private readonly ArraySegment<int>[] _history;
    private readonly int[] _targets;

    public NextItemRankingTests()
    {
        var random = new Random(3);
        _history = [.. Enumerable.Range(0, Users).Select(u => new ArraySegment<int>([.. Enumerable.Range(0, u % 6).Select(_ => random.Next(Items + 1))]))];
        _targets = [.. Enumerable.Range(0, Users).Select(_ => 1 + random.Next(Items))];
        if (_history[5].Count > 0) { _targets[5] = Math.Max(1, _history[5][0]); } // a target of the user's own history
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ranks_equal_those_of_the_protocol_user_by_user(bool lossOverHistory)
    {
        var (ranks, loss) = new NextItemRanking(_states, _items, _history).RanksAndLoss(_targets, lossOverHistory);

        double expected = 0;
        for (var u = 0; u < Users; u++)
        {
            var scores = TestDevice.Read(matmul(_items, _states[u]))[1..]; // without the missing item
            int[] removed = [.. _history[u].Where(i => i > 0).Select(i => i - 1)];
            Assert.Equal(TargetRank.Of(scores, _targets[u] - 1, removed), ranks[u]);
            var target = _targets[u] - 1;
            expected += Math.Log(scores.Where((_, i) => lossOverHistory || i == target || !removed.Contains(i)).Sum(s => Math.Exp(s))) - scores[target];
        }
        Assert.Equal(expected / Users, loss, 1e-4);
    }

    [Theory]
    [InlineData(300, 5000, true)] // several tiles
    [InlineData(300, 5000, false)]
    [InlineData(40, 200_000, false)] // of a large catalogue
    [InlineData(0, 10, false)]
    public void Ranks_equal_those_of_torch_s_operators(int users, int items, bool lossOverHistory)
    {
        var random = new Random(4);
        var states = TestDevice.Normal(5, users, 4).round(); // whole numbers: exact products, and ties
        var vectors = TestDevice.Normal(6, items + 1, 4).round();
        var history = Enumerable.Range(0, users).Select(u => new ArraySegment<int>([.. Enumerable.Range(0, u % 9).Select(_ => random.Next(items + 1))])).ToArray();
        var targets = Enumerable.Range(0, users).Select(u => u % 3 == 0 && history[u].Count > 0 ? Math.Max(1, history[u][0]) : 1 + random.Next(items)).ToArray();
        if (users > 7) { states[7] = states[7] * float.NaN; }
        var ranking = new NextItemRanking(states, vectors, history);
        var (expected, loss) = ranking.RanksOfChunks(targets, lossOverHistory);
        var (ranks, ownLoss) = ranking.RanksAndLoss(targets, lossOverHistory);

        Assert.Equal(expected, ranks);
        Assert.Equal(loss, ownLoss, 1e-4);
        if (users > 7) { Assert.True(double.IsNaN(ownLoss)); }
    }

    [Fact]
    public void A_state_that_is_not_a_number_ranks_its_target_last_and_not_first()
    {
        using (no_grad()) { _states[3] = _states[3] * float.NaN; }
        var ranks = new NextItemRanking(_states, _items, _history).Ranks(_targets);
        Assert.True(ranks[3] >= Items - 1);
        Assert.True(ranks.Min() >= 0);
    }

    [Fact]
    public void Top_of_a_user_alone_is_that_among_others()
    {
        var (items, scores) = new NextItemRanking(_states, _items, _history).Top(6);
        for (var u = 0; u < Users; u++)
        {
            var (own, ownScores) = new NextItemRanking(_states.narrow(0, u, 1), _items, [_history[u]]).Top(6);
            Assert.Equal(own, items[(u * 6)..((u + 1) * 6)]);
            Assert.Equal(ownScores, scores[(u * 6)..((u + 1) * 6)]);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(29)]
    [InlineData(50)] // more than there are
    public void Top_gives_the_best_items_outside_the_history_best_first(int k)
    {
        var (items, scores) = new NextItemRanking(_states, _items, _history).Top(k);

        for (var u = 0; u < Users; u++)
        {
            var all = TestDevice.Read(matmul(_items, _states[u]));
            float[] expected = [.. Enumerable.Range(1, Items).Where(i => !_history[u].Contains(i)).Select(i => all[i]).OrderDescending().Take(k)];
            for (var place = 0; place < k; place++)
            {
                var (item, score) = (items[(u * k) + place], scores[(u * k) + place]);
                if (place >= expected.Length)
                {
                    Assert.Equal(0, item);
                    continue;
                }
                Assert.Equal(expected[place], score, 1e-4);
                Assert.Equal(all[item], score, 1e-4);
                Assert.DoesNotContain(item, _history[u]);
            }
            Assert.Equal(Math.Min(k, expected.Length), items.AsSpan(u * k, k).ToArray().Where(i => i > 0).Distinct().Count());
        }
    }
}
