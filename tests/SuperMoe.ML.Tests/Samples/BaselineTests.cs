using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart.Baselines;

namespace SuperMoe.ML.Tests.Samples;

public sealed class BaselineTests
{
    // Popularity: b 3, a 2, c 2, d 1. After b came c twice and a once.
    private static readonly Histories s_histories = Histories(
        (["a", "b", "c"], "d"),
        (["b", "c"], "a"),
        (["b", "a", "d"], "new"));

    [Fact]
    public void Popularity_counts_ties_against_itself_and_leaves_out_the_history()
    {
        // d is the only item left: rank 0. Of a (2) and d (1), a comes first: rank 0. An item never seen is a miss.
        var figures = NextItemJudge.Judge(s_histories, new Popularity(s_histories));
        Assert.Equal(2.0 / 3, figures[0].Value, 1e-9);
        Assert.Equal(2.0 / 3, figures[1].Value, 1e-9);

        // c and a are equally popular: c, not a, is in the way of who has b alone.
        var tied = Histories((["b"], "a"), (["a"], "b"), (["c"], "b"));
        var ndcg = NextItemJudge.Judge(tied, new Popularity(tied))[1].Value;
        Assert.Equal(1 / Math.Log2(3), ndcg, 1e-9);
    }

    [Fact]
    public void Transitions_prefer_what_followed_the_last_item_and_break_ties_by_popularity()
    {
        var scores = new Transitions(s_histories).Score([1]);

        // Items are numbered a 0, b 1, c 2, d 3.
        Assert.True(scores[2] > scores[0]);
        Assert.True(scores[0] > scores[1]);
        Assert.True(scores[1] > scores[3]);
        Assert.Equal(2, Math.Floor(scores[2]));
    }

    private static Histories Histories(params (string[] Items, string Next)[] users) =>
        new(new MLContext().Data.LoadFromEnumerable(users.Select(user => new Row { Item = user.Items, Next = user.Next })), "Item");

    private sealed class Row
    {
        public string[] Item { get; set; } = [];

        [ColumnName("Item.HeldOut")]
        public string Next { get; set; } = "";
    }
}
