namespace SuperMoe.ML.Tests.Data;

public sealed class ShopSimulatorTests
{
    private static readonly Shop s_shop = ShopSimulator.Simulate(new ShopOptions { Users = 300, Seed = 7 });

    [Fact]
    public void Simulate_with_the_same_options_gives_the_same_shop()
    {
        var again = ShopSimulator.Simulate(new ShopOptions { Users = 300, Seed = 7 });
        Assert.Equal(s_shop.Events.Select(Text), again.Events.Select(Text));
        Assert.Equal(s_shop.Users.Select(Text), again.Users.Select(Text));
        Assert.Equal(s_shop.Items.Select(Text), again.Items.Select(Text));
    }

    [Fact]
    public void Simulate_with_another_seed_gives_another_shop()
    {
        var other = ShopSimulator.Simulate(new ShopOptions { Users = 300, Seed = 8 });
        Assert.NotEqual(s_shop.Events.Take(50).Select(Text), other.Events.Take(50).Select(Text));
        Assert.NotEqual(s_shop.Users.Select(Text), other.Users.Select(Text));
    }

    [Fact]
    public void Simulate_with_fewer_users_gives_the_first_users_of_the_larger_shop()
    {
        var small = ShopSimulator.Simulate(new ShopOptions { Users = 40, Seed = 7 });
        var names = small.Users.Select(user => user.UserId).ToHashSet();
        Assert.Equal(s_shop.Users.Take(40).Select(Text), small.Users.Select(Text));
        Assert.Equal(s_shop.Events.Where(purchase => names.Contains(purchase.UserId)).Select(Text), small.Events.Select(Text));
    }

    [Fact]
    public void Events_are_in_time_order_within_the_days_of_the_log()
    {
        var times = s_shop.Events.Select(purchase => purchase.Time).ToList();
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, new DateTime(2025, 1, 1), new DateTime(2025, 12, 31, 23, 59, 59)));
    }

    [Fact]
    public void Users_have_enough_purchases_and_buy_nothing_twice()
    {
        var histories = s_shop.Events.GroupBy(purchase => purchase.UserId).ToList();
        Assert.Equal(300, histories.Count);
        Assert.All(histories, history => Assert.True(history.Count() >= 5));
        Assert.All(histories, history => Assert.Equal(history.Count(), history.Select(purchase => purchase.ProductId).Distinct().Count()));
    }

    [Fact]
    public void Purchases_carry_the_category_of_their_item_and_its_price_or_a_fifth_less()
    {
        var items = s_shop.Items.ToDictionary(item => item.ProductId);
        Assert.Equal(2000, items.Count);
        Assert.All(s_shop.Events, purchase =>
        {
            var item = items[purchase.ProductId];
            Assert.Equal(item.Category, purchase.Category);
            Assert.True(purchase.Price == item.Price || Math.Abs(purchase.Price - (0.8f * item.Price)) < 0.011f);
        });
    }

    [Fact]
    public void Profiles_are_plausible()
    {
        Assert.All(s_shop.Users, user => Assert.InRange(user.Age, 18, 80));
        Assert.All(s_shop.Items, item => Assert.InRange(item.Tags.Length, 1, 3));
        Assert.Equal(["F", "M"], s_shop.Users.Select(user => user.Gender).Distinct().Order());
        Assert.Equal(4, s_shop.Users.Select(user => user.Segment).Distinct().Count());
        Assert.Equal(6, s_shop.Users.Select(user => user.Region).Distinct().Count());
        Assert.InRange(s_shop.Users.Count(user => user.Churned), 45, 150);
    }

    [Fact]
    public void Simulate_where_the_least_purchases_are_hard_to_reach_still_ends()
    {
        // Twenty items in as many categories, one each: a user soon owns all that appeals.
        var shop = ShopSimulator.Simulate(new ShopOptions
        {
            Users = 200,
            Items = 20,
            Categories = 20,
            Purchases = 5,
            MinPurchases = 5,
            Succession = 1,
        });
        Assert.All(shop.Events.GroupBy(purchase => purchase.UserId), history => Assert.InRange(history.Count(), 5, 10));
    }

    private static string Text(ShopEvent purchase) =>
        FormattableString.Invariant($"{purchase.UserId} {purchase.Time:O} {purchase.ProductId} {purchase.Category} {purchase.Price:R}");

    private static string Text(ShopUser user) => FormattableString.Invariant(
        $"{user.UserId} {user.Gender} {user.Age} {user.Churned} {user.Segment} {user.Region} {user.AccountAgeDays}");

    private static string Text(ShopItem item) =>
        FormattableString.Invariant($"{item.ProductId} {item.Category} {item.Brand} {string.Join('/', item.Tags)} {item.Price:R}");
}
