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
    public void Ranks_of_folds_are_pooled()
    {
        var board = new Scoreboard();
        board.AddRank("SuperMoe", 0, 0, [1, 10]);
        foreach (var place in (int[])[1, 2, 3]) { board.AddRank("SuperMoe", 4, place, [1, 10]); }
        var metrics = board.Figures()["NextItem"]["SuperMoe"];
        Assert.Equal(0.25, metrics["HR@1"], 9);
        Assert.Equal(1, metrics["HR@10"], 9);
        Assert.Equal((1 + (3 * 0.2)) / 4, metrics["MRR"], 9);
    }

    [Fact]
    public void Without_a_group_are_the_metrics_of_the_others_of_all_tasks()
    {
        var board = new Scoreboard();
        int[] ranks = [0, 1, 2, 3];
        for (var u = 0; u < 4; u++) { board.AddRank("SuperMoe", ranks[u], u, [10]); }
        board.Add("Gender", "SuperMoe", [0.2f, 0.8f, 0], 1, place: 1);
        board.Add("Gender", "SuperMoe", [0.2f, 0.8f, 0], 0, place: 3);
        var without = board.WithoutGroup("SuperMoe", 4);
        Assert.Equal(
            [(0.5 + (1.0 / 3) + 0.25) / 3, (1 + (1.0 / 3) + 0.25) / 3, (1 + 0.5 + 0.25) / 3, (1 + 0.5 + (1.0 / 3)) / 3],
            without["NextItem"].Select(m => m["MRR"]).Order(), new Close());
        Assert.Equal([0, 0.5, 0.5, 1], without["Gender"].Select(m => m["Accuracy"]).Order()); // users 0 and 2 have no label
        // A group has the same user for all tasks.
        Assert.Equal((1 + (1.0 / 3) + 0.25) / 3, without["NextItem"][without["Gender"].ToList().FindIndex(m => m["Accuracy"] == 0)]["MRR"], 9);
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

    private static MovieUser User(int id, params int[] items) =>
        new(id, true, 0, 0, [.. items.Select((item, time) => new MovieEvent(item, 5, time))]);

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-9;

        public int GetHashCode(double value) => 0;
    }
}
