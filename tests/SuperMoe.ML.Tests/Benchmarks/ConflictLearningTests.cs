using System.CommandLine;
using Microsoft.ML;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Conflict;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ConflictLearningTests
{
    private static readonly string[] s_together = ["Anchor", "Noisy", "Rare"];

    /// <summary>
    /// Many users with short histories, so that chance counts little. Trainings of five seeds lost 12 to 24% by the plain sum, and 3% at most by the default; so one training of each
    /// is far from either limit. What the means over shops are, the benchmark tells.
    /// </summary>
    [Fact]
    public void At_the_strongest_conflict_the_plain_sum_harms_the_rare_label_and_the_default_strategy_hardly_does()
    {
        var shop = new ConflictShop(new ShopOptions { Users = 40_000, Items = 300, Purchases = 8, Succession = 0.1, Conflict = 1, Seed = 3 });
        var settings = new RecipeSettings(ConflictCommand.Defaults);
        var command = new Command("conflict");
        settings.AddTo(command);
        var recipe = settings.Read(command.Parse(["--epochs", "3", "--seed", "3", "--precision", "float32"]));

        var alone = Rare(TaskBalancing.Fixed, "Rare");
        var plain = Rare(TaskBalancing.Fixed, s_together) / alone;
        var balanced = Rare(new TrainingOptions().Balancing, s_together) / alone;

        Assert.True(plain <= 0.95, $"The plain sum keeps {plain:P1}.");
        Assert.True(balanced >= 0.96, $"The default strategy keeps {balanced:P1}.");

        double Rare(TaskBalancing balancing, params string[] tasks)
        {
            var chain = shop.Pipeline(tasks, recipe with { Balancing = balancing }).Fit(shop.Training);
            using var model = chain.FindSuperMoe()!;
            return shop.Quality(chain.Transform(shop.Test), "Rare");
        }
    }
}
