namespace SuperMoe.ML.Tests.Data;

public sealed class ShopConflictTests
{
    private const int Users = 4000;

    private static readonly Shop s_strong = Simulate(1);

    public static TheoryData<string> Labels() => new(["Anchor", "Aligned", "Independent", "Opposed", "Rare"]);

    [Fact]
    public void Without_the_option_there_are_no_such_users() => Assert.Empty(ShopSimulator.Simulate(new ShopOptions { Users = 5 }).ConflictUsers);

    [Fact]
    public void The_option_changes_nothing_else_in_the_shop()
    {
        var plain = ShopSimulator.Simulate(new ShopOptions { Users = 50, Seed = 7 });
        var conflict = ShopSimulator.Simulate(new ShopOptions { Users = 50, Seed = 7, Conflict = 0.3 });
        Assert.Equal(plain.Events.Select(e => (e.UserId, e.Time, e.ProductId, e.Price)), conflict.Events.Select(e => (e.UserId, e.Time, e.ProductId, e.Price)));
        Assert.Equal(plain.Users.Select(u => (u.UserId, u.Gender, u.Age, u.Churned, u.Segment)), conflict.Users.Select(u => (u.UserId, u.Gender, u.Age, u.Churned, u.Segment)));
        Assert.Equal(plain.Users.Select(u => u.UserId), conflict.ConflictUsers.Select(u => u.UserId));
    }

    [Fact]
    public void Fewer_users_are_the_first_of_more()
    {
        var few = ShopSimulator.Simulate(new ShopOptions { Users = 40, Purchases = 8, Items = 100, Seed = 3, Conflict = 1 });
        Assert.Equal(s_strong.ConflictUsers.Take(40).Select(Text), few.ConflictUsers.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public void Labels_come_as_often_as_their_ideal_scores_say(string name)
    {
        var users = s_strong.ConflictUsers.Select(u => (Label: Of(u, name), Ideal: Of(u, name + "Ideal"))).OrderBy(u => u.Ideal).ToList();
        Assert.All(users, u => Assert.True(u.Label is 0 or 1 && u.Ideal is > 0 and < 1));
        foreach (var bin in users.Chunk(Users / 4))
        {
            var deviation = Math.Sqrt(bin.Sum(u => u.Ideal * (1 - u.Ideal))) / bin.Length;
            Assert.Equal(bin.Average(u => u.Ideal), bin.Average(u => u.Label), 4.5 * deviation);
        }
    }

    [Fact]
    public void Amounts_have_their_ideal_scores_as_means()
    {
        // The logarithm is normal around that of the median, so that its mean is told to within its standard error.
        var shop = Simulate(0);
        var ratios = shop.ConflictUsers.Select(u => Math.Log(u.Noisy / u.NoisyIdeal)).ToList();
        var spread = Math.Sqrt(ratios.Average(r => r * r) - Math.Pow(ratios.Average(), 2));
        Assert.Equal(-spread * spread / 2, ratios.Average(), 4.5 * spread / Math.Sqrt(Users));
    }

    [Fact]
    public void The_dial_turns_alignment_into_opposition_and_labels_rare_and_amounts_noisy()
    {
        var weak = Simulate(0);
        Assert.All(weak.ConflictUsers, u => Assert.Equal(u.AnchorIdeal, u.OpposedIdeal, 6));
        Assert.All(s_strong.ConflictUsers.Zip(weak.ConflictUsers), u => Assert.Equal(u.Second.AnchorIdeal, u.First.AnchorIdeal));
        Assert.InRange(Agreement(s_strong), 0.3, 0.7);
        Assert.True(s_strong.ConflictUsers.Average(u => u.Rare) < 0.1);
        Assert.True(weak.ConflictUsers.Average(u => u.Rare) > 0.2);
        Assert.True(Noise(s_strong) > 3 * Noise(weak));

        static double Agreement(Shop shop) => shop.ConflictUsers.Average(u => u.OpposedIdeal > 0.5 == u.AnchorIdeal > 0.5 ? 1.0 : 0.0);
        static double Noise(Shop shop) => shop.ConflictUsers.Average(u => Math.Abs(Math.Log(u.Noisy / u.NoisyIdeal)));
    }

    [Fact]
    public void A_conflict_out_of_range_is_told()
    {
        var error = Assert.Throws<ArgumentException>(() => ShopSimulator.Simulate(new ShopOptions { Conflict = 1.5 }));
        Assert.Contains("Conflict is 1.5; the range is 0 to 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_tastes_to_conflict_are_told()
    {
        var error = Assert.Throws<ArgumentException>(() => ShopSimulator.Simulate(new ShopOptions { Conflict = 0, Tastes = 7 }));
        Assert.Contains("Tastes is 7; with Conflict", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(ShopSimulator.Simulate(new ShopOptions { Users = 5, Tastes = 7 }).Users);
    }

    private static Shop Simulate(double conflict) => ShopSimulator.Simulate(new ShopOptions { Users = Users, Purchases = 8, Items = 100, Seed = 3, Conflict = conflict });

    private static double Of(ShopConflictUser user, string property) => (float)typeof(ShopConflictUser).GetProperty(property)!.GetValue(user)!;

    private static string Text(ShopConflictUser user) => string.Join(' ', typeof(ShopConflictUser).GetProperties().Select(p => p.GetValue(user)));
}
