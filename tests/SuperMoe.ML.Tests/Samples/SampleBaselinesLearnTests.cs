using Microsoft.ML;
using Quickstart;
using Quickstart.Baselines;
using Quickstart.MovieLens;
using Quickstart.Shop;
using Quickstart.Steps;
using Xunit.Abstractions;

namespace SuperMoe.ML.Tests.Samples;

/// <summary>The Quickstart's comparison is only honest if its simple contenders are fit and strong.</summary>
public sealed class SampleBaselinesLearnTests(ITestOutputHelper output)
{
    [Fact]
    public void On_the_simulated_shop_every_baseline_beats_the_naive_one() => AssertBaselinesLearn(new ShopDataset(new ShopOptions { Users = 1000, Items = 1000 }));

    [SkippableFact]
    public void On_MovieLens_transitions_beat_popularity()
    {
        var folder = MovieLensFolder.Find();
        Skip.If(folder is null, "MovieLens 100K is not beside the repository.");
        var (_, users) = Group(new MovieLensDataset(folder));
        var histories = new Histories(users.All, "MovieId");
        Assert.Equal(943, histories.Items.Count);
        Assert.All(histories.Items, items => Assert.InRange(items.Length, 19, 200));
        Assert.True(Ndcg(histories, new Transitions(histories)) > 1.2 * Ndcg(histories, new Popularity(histories)));
    }

    private void AssertBaselinesLearn(Dataset data)
    {
        var (ml, users) = Group(data);
        foreach (var label in data.Labels.Append(data.Unseen))
        {
            var naive = label.Naive(users.Train, users.Test)[0];
            foreach (var trainer in new[] { label.Linear(ml), label.LightGbm(ml, seed: 1) })
            {
                var figures = Judging.FromBag(ml, data, users, label, trainer);
                output.WriteLine($"{label.Name} {trainer.GetType().Name} {string.Join(' ', figures)}, naive {naive}");
                Assert.True(figures[0].HigherIsBetter ? figures[0].Value > naive.Value : figures[0].Value < naive.Value);
            }
        }

        var histories = new Histories(users.All, data.ItemColumn);
        Assert.True(Ndcg(histories, new Transitions(histories)) > 1.2 * Ndcg(histories, new Popularity(histories)));
    }

    private static (MLContext Ml, Users Users) Group(Dataset data)
    {
        var ml = new MLContext(seed: 1);
        return (ml, Grouping.Group(ml, data));
    }

    private double Ndcg(Histories histories, INextItemBaseline baseline)
    {
        var figures = NextItemJudge.Judge(histories, baseline);
        output.WriteLine($"{baseline.GetType().Name} {string.Join(' ', figures)}");
        return figures[1].Value;
    }
}
