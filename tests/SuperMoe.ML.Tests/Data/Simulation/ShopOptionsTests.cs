namespace SuperMoe.ML.Tests.Data;

public sealed class ShopOptionsTests
{
    [Fact]
    public void Simulate_with_bad_options_names_every_mistake()
    {
        var options = new ShopOptions { Users = 0, Succession = 1.5, Purchases = 300, Items = 1000 };
        var error = Assert.Throws<ArgumentException>(() => ShopSimulator.Simulate(options));
        Assert.Contains("Users is 0; the range is 1 to 10,000,000.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Succession is 1.5; the range is 0 to 1.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Purchases is 300; it may not exceed a quarter of Items, which is 250.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Simulate_with_contradicting_options_names_both_sides()
    {
        var options = new ShopOptions { Items = 20, Categories = 24, Purchases = 5, MinPurchases = 6 };
        var error = Assert.Throws<ArgumentException>(() => ShopSimulator.Simulate(options));
        Assert.Contains("Categories is 24; it may not exceed Items, which is 20.", error.Message, StringComparison.Ordinal);
        Assert.Contains("MinPurchases is 6; it may not exceed Purchases, which is 5.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Simulate_with_a_succession_that_is_no_number_fails()
    {
        var error = Assert.Throws<ArgumentException>(() => ShopSimulator.Simulate(new ShopOptions { Succession = double.NaN }));
        Assert.Contains("Succession is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Simulate_without_options_fails() =>
        Assert.Throws<ArgumentNullException>("options", () => ShopSimulator.Simulate(null!));
}
