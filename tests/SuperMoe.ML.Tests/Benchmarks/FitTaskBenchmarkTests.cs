using SuperMoe.ML.Benchmarks.FitTask;
using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class FitTaskBenchmarkTests
{
    [Fact]
    public void Results_have_every_method_at_every_share()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder);
        var results = CommandLine.Results(
            ["fittask", "--data", folder.Path, "--seeds", "2", "--shares", "0.25", "1", "--task-epochs", "1", .. CommandLine.Quick]);
        Assert.Equal("fittask", results.GetProperty("benchmark").GetString());
        var shares = results.GetProperty("shares").EnumerateArray().ToList();
        Assert.Equal([8, 32], shares.Select(s => s.GetProperty("labels").GetDouble()));
        Assert.All(shares, s =>
        {
            var methods = s.GetProperty("auc").EnumerateObject().ToList();
            Assert.Equal(["FitTask", "From scratch", "LightGBM", "Logistic regression"], methods.Select(m => m.Name).Order(StringComparer.Ordinal));
            Assert.All(methods, m => Assert.Equal(2, m.Value.GetProperty("runs").GetArrayLength()));
            Assert.All(methods, m => Assert.InRange(m.Value.GetProperty("mean").GetDouble(), 0, 1));
        });
        Assert.Equal(Enumerable.Repeat<int[]>([8, 32], 10).SelectMany(l => l), results.GetProperty("taskLabels").EnumerateArray().Select(l => l.GetInt32())); // of 2 seeds, 5 folds
    }

    [Fact]
    public void Test_users_of_one_gender_are_told_before_training()
    {
        using var folder = new TemporaryFolder();
        TinyMovieLens.Write(folder, "t.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float", "5\t1\t5\t1", "5\t2\t5\t2");
        var (code, _, error) = CommandLine.Run("fittask", "--data", folder.Path);
        Assert.Equal(2, code);
        Assert.Contains("both genders", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_contain_each_other_and_have_both_genders()
    {
        MovieUser[] users = [.. Enumerable.Range(1, 100).Select(u => new MovieUser(u, u % 20 != 0, 0, 0, []))];
        var all = new[] { 0.001, 0.05, 0.3, 1 }.Select(s => LabelSample.Of(users, s, seed: 4)).ToList();
        Assert.Equal([2, 5, 30, 100], all.Select(s => s.Count));
        Assert.All(all, s => Assert.Equal(2, s.Select(u => u.IsMale).Distinct().Count()));
        for (var i = 1; i < all.Count; i++) { Assert.Empty(all[i - 1].Except(all[i])); }
        Assert.NotEqual(all[1], LabelSample.Of(users, 0.05, seed: 5));
    }
}
