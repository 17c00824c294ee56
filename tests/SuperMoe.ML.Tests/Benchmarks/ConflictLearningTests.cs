using System.CommandLine;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Conflict;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ConflictLearningTests
{
    private static readonly string[] s_together = ["Anchor", "Noisy", "Rare"];

    /// <summary>
    /// Of many users with short histories, so that chance counts little: over seeds the rare label's change has a deviation of about 2 points, and both limits are further away
    /// than that.
    /// </summary>
    [Fact]
    public void At_the_strongest_conflict_the_plain_sum_harms_the_rare_label_and_the_default_strategy_does_not()
    {
        var shop = new ConflictShop(new ShopOptions { Users = 40_000, Items = 300, Purchases = 8, Succession = 0.1, Conflict = 1, Seed = 3 });
        var settings = new RecipeSettings(ConflictCommand.Defaults);
        var command = new Command("conflict");
        settings.AddTo(command);
        var recipe = settings.Read(command.Parse(["--epochs", "5", "--seed", "3"]));

        var alone = Rare(TaskBalancing.Fixed, "Rare");
        var plain = Rare(TaskBalancing.Fixed, s_together) / alone;
        var balanced = Rare(new TrainingOptions().Balancing, s_together) / alone;

        Assert.True(plain <= 0.95, $"The plain sum keeps {plain:P1}.");
        Assert.True(balanced >= 0.99, $"The default strategy keeps {balanced:P1}.");

        double Rare(TaskBalancing balancing, params string[] tasks)
        {
            var chain = shop.Pipeline(tasks, recipe with { Balancing = balancing }).Fit(shop.Training);
            using var model = chain.FindSuperMoe()!;
            return shop.Quality(chain.Transform(shop.Test), "Rare");
        }
    }
}
