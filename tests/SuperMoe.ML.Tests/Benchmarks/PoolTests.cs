using SuperMoe.ML.Benchmarks.MultiTask;
using SuperMoe.ML.Benchmarks.MultiTask.Baselines;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class PoolTests
{
    [Fact]
    public void Binary_metrics_are_of_the_pool_not_means_of_folds()
    {
        var board = new Scoreboard();
        Fold((-1, 1), (-2, 0)); // AUC 1
        Fold((2, 1), (1, 0)); // AUC 1
        var metrics = board.Figures()["Like"]["SuperMoe"];
        Assert.Equal(0.75, metrics["AUC"]); // one of four pairs is wrong: 1 over -1
        Assert.Equal(0.5, metrics["Accuracy"]);
        Assert.Equal(0.5, metrics["MacroF1"]);

        void Fold(params (float Score, int Label)[] users)
        {
            foreach (var (score, label) in users) { board.Add("Like", "SuperMoe", [score], label); }
        }
    }

    [Fact]
    public void Multiclass_metrics_are_accuracy_and_macro_F1()
    {
        var pool = new Pool(3);
        pool.Add([0.8f, 0.1f, 0.1f], 0);
        pool.Add([0.8f, 0.1f, 0.1f], 1);
        pool.Add([0.1f, 0.1f, 0.8f], 2);
        var metrics = pool.Metrics();
        Assert.Equal(2.0 / 3, metrics["Accuracy"], 6);
        Assert.Equal(((2.0 / 3) + 0 + 1) / 3, metrics["MacroF1"], 6);
    }

    [Fact]
    public void Numbers_have_metrics_of_regression()
    {
        var board = new Scoreboard();
        foreach (var (score, label) in ((float, float)[])[(1, 2), (3, 2), (5, 5)]) { board.Add("Rest", "SuperMoe", [score], label, isNumber: true); }
        var metrics = board.Figures()["Rest"]["SuperMoe"];
        Assert.Equal(2.0 / 3, metrics["MAE"], 6);
        Assert.Equal(1 - (2.0 / 6), metrics["R2"], 6);
    }

    [Fact]
    public void Scores_of_a_wrong_number_are_refused() => Assert.Throws<ArgumentException>(() => new Pool(3).Add([1f], 0));

    [Fact]
    public void Rankings_are_weighted_by_users()
    {
        var pooled = RankingPool.Of([Metrics(1, 1), Metrics(3, 0.2)]);
        Assert.Equal(4, pooled.Users);
        Assert.Equal(0.4, pooled.HitRate[10], 9);
        Assert.Equal(0.4, pooled.Ndcg[10], 9);
        Assert.Equal(0.4, pooled.MeanReciprocalRank, 9);
    }

    [Fact]
    public void Popularity_counts_ties_against_and_leaves_out_the_history()
    {
        Movie[] movies = [.. Enumerable.Range(1, 5).Select(i => new Movie(i, []))];
        MovieUser[] users = [User(1, 1, 2), User(2, 1, 3), User(3, 4, 1)]; // histories: 1, 1, 4
        var metrics = Popularity.Judge(new MovieLensData(users, movies, []), users, [1, 3]);
        // Item 2 and item 3 tie with one another and with 5, behind 4 (1 is left out): rank 3. Item 1 is first.
        Assert.Equal(1.0 / 3, metrics.HitRate[1], 9);
        Assert.Equal(1.0 / 3, metrics.HitRate[3], 9);
        Assert.Equal((0.25 + 0.25 + 1) / 3, metrics.MeanReciprocalRank, 9);
    }

    private static NextItemMetrics Metrics(long users, double value) =>
        new(users, new Dictionary<int, double> { [10] = value }, new Dictionary<int, double> { [10] = value }, value);

    private static MovieUser User(int id, params int[] items) =>
        new(id, true, 0, 0, [.. items.Select((item, time) => new MovieEvent(item, 5, time))]);
}
