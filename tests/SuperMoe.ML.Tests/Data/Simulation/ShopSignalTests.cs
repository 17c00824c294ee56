namespace SuperMoe.ML.Tests.Data;

/// <summary>What the simulator promises to hide in its data must be there to find, with the simplest of methods.</summary>
public sealed class ShopSignalTests
{
    private static readonly Shop s_shop = ShopSimulator.Simulate(new ShopOptions { Users = 2000, Items = 1000, Seed = 3 });

    private static readonly Dictionary<string, List<ShopEvent>> s_history =
        s_shop.Events.GroupBy(purchase => purchase.UserId).ToDictionary(group => group.Key, group => group.ToList());

    [Fact]
    public void Gender_can_be_told_from_the_items_bought() => AssertCountsBeatMajority(user => user.Gender, margin: 0.12);

    [Fact]
    public void Segment_can_be_told_from_the_items_bought() => AssertCountsBeatMajority(user => user.Segment, margin: 0.2);

    [Fact]
    public void Age_differs_by_the_items_bought() =>
        AssertCountsBeatMajority(user => user.Age < 42 ? "young" : "old", margin: 0.12);

    [Fact]
    public void Churn_shows_in_growing_gaps()
    {
        var churned = s_shop.Users.Where(user => user.Churned).Select(user => GapGrowth(s_history[user.UserId])).ToList();
        var stayed = s_shop.Users.Where(user => !user.Churned).Select(user => GapGrowth(s_history[user.UserId])).ToList();
        var auc = churned.Average(gap => stayed.Average(other => gap > other ? 1.0 : gap < other ? 0.0 : 0.5));
        Assert.InRange(auc, 0.75, 0.99);
    }

    [Fact]
    public void Next_category_is_told_better_by_the_last_one_than_by_popularity()
    {
        var (pairs, test) = (Pairs(user => user % 2 == 0), Pairs(user => user % 2 == 1));
        var popular = Mode(pairs.Select(pair => pair.Next));
        var after = pairs.GroupBy(pair => pair.Last).ToDictionary(group => group.Key, group => Mode(group.Select(pair => pair.Next)));
        var byPopularity = test.Average(pair => pair.Next == popular ? 1.0 : 0.0);
        var byLast = test.Average(pair => after[pair.Last] == pair.Next ? 1.0 : 0.0);
        Assert.True(byLast > byPopularity + 0.1, $"by the last {byLast:F3}, by popularity {byPopularity:F3}");
    }

    [Fact]
    public void Succession_0_leaves_no_order_to_find()
    {
        static double SameAfterShuffle(double succession)
        {
            var shop = ShopSimulator.Simulate(new ShopOptions { Users = 500, Seed = 3, Succession = succession });
            var histories = shop.Events.GroupBy(purchase => purchase.UserId).Select(group => group.Select(e => e.Category).ToList()).ToList();
            var forward = histories.SelectMany(h => h.Zip(h.Skip(1))).GroupBy(p => p).ToDictionary(g => g.Key, g => (double)g.Count());

            // Without order, a pair is as frequent as its mirror image.
            return forward.Sum(p => Math.Abs(p.Value - forward.GetValueOrDefault((p.Key.Second, p.Key.First)))) / forward.Values.Sum();
        }

        Assert.True(SameAfterShuffle(0) < 0.2);
        Assert.True(SameAfterShuffle(0.5) > 0.3);
    }

    /// <summary>Naive Bayes over bought items, learned on half of the users and judged on the others.</summary>
    private static void AssertCountsBeatMajority(Func<ShopUser, string> label, double margin)
    {
        var train = s_shop.Users.Where((_, u) => u % 2 == 0).ToList();
        var test = s_shop.Users.Where((_, u) => u % 2 == 1).ToList();
        var classes = train.Select(label).Distinct().ToList();
        var counts = classes.ToDictionary(c => c, c => train.Where(user => label(user) == c)
            .SelectMany(user => s_history[user.UserId]).GroupBy(purchase => purchase.ProductId).ToDictionary(g => g.Key, g => g.Count()));
        var totals = classes.ToDictionary(c => c, c => counts[c].Values.Sum());

        string Guess(ShopUser user) => classes.MaxBy(c => s_history[user.UserId].Sum(
            purchase => Math.Log((counts[c].GetValueOrDefault(purchase.ProductId) + 1.0) / (totals[c] + 1000.0))))!;

        var majority = Mode(train.Select(label));
        var bayes = test.Average(user => Guess(user) == label(user) ? 1.0 : 0.0);
        var naive = test.Average(user => majority == label(user) ? 1.0 : 0.0);
        Assert.True(bayes > naive + margin, $"naive Bayes {bayes:F3}, majority {naive:F3}");
    }

    /// <summary>The mean of a history's last three gaps over its mean gap.</summary>
    private static double GapGrowth(List<ShopEvent> history)
    {
        var gaps = history.Zip(history.Skip(1), (a, b) => (b.Time - a.Time).TotalDays).ToList();
        return gaps.TakeLast(3).Average() / gaps.Average();
    }

    private static List<(string Last, string Next)> Pairs(Func<int, bool> chosen) =>
    [
        .. s_shop.Users.Where((_, u) => chosen(u)).Select(user => s_history[user.UserId])
            .SelectMany(history => history.Zip(history.Skip(1), (a, b) => (a.Category, b.Category))),
    ];

    private static string Mode(IEnumerable<string> values) => values.CountBy(value => value).MaxBy(count => count.Value).Key;
}
