using SuperMoe.ML.Estimators.Seesaw;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

public sealed class JudgedMetricsTests
{
    [Fact]
    public void Without_a_group_are_the_metrics_of_the_other_users()
    {
        float[] scores = [1, -1, 2, -2, 0.5f];
        float[] labels = [1, 0, float.NaN, 1, 0];
        var task = new BinaryTask("Churned");
        var judged = JudgedMetrics.Of(task, scores, labels, Alive);
        AssertEqual(TaskMetrics.Of(task, scores, labels), judged.Whole);
        Assert.Equal(5, judged.WithoutGroup.Count); // a user each
        var expected = Enumerable.Range(0, 5).Select(u => TaskMetrics.Of(task, scores, [.. labels.Select((l, i) => i == u ? float.NaN : l)]));
        Assert.Equal(Lines(expected), Lines(judged.WithoutGroup));
    }

    [Fact]
    public void Classes_keep_their_users_scores_together()
    {
        float[] scores = [0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f];
        float[] labels = [0, 1, 1];
        var judged = JudgedMetrics.Of(new MulticlassTask("Gender"), scores, labels, Alive);
        Assert.Equal([0.5, 0.5, 1], judged.WithoutGroup.Select(m => m["Accuracy"]).Order());
    }

    [Fact]
    public void Next_items_are_of_the_users_that_have_one()
    {
        var judged = JudgedMetrics.OfRanks([0, 3], [0, 2], users: 3, Alive);
        Assert.Equal(0.625, judged.Whole["MRR"], 1e-12);
        Assert.Equal([0.25, 0.625, 1], judged.WithoutGroup.Select(m => m["MRR"]).Order());
    }

    [Fact]
    public void Where_a_group_has_all_the_labels_nothing_is_left_to_measure()
    {
        var judged = JudgedMetrics.Of(new RegressionTask("Age"), new float[] { 1, 2, 3 }, [float.NaN, 5, float.NaN], Alive);
        Assert.Equal([double.NaN, 3, 3], judged.WithoutGroup.Select(m => m["RMSE"]).Order());
    }

    [Fact]
    public void Measuring_stops_between_groups()
    {
        var calls = 0;
        Assert.Throws<OperationCanceledException>(() => JudgedMetrics.OfRanks([0, 1, 2], [0, 1, 2], 3, () =>
        {
            if (++calls == 2) { throw new OperationCanceledException(); }
        }));
    }

    private static void Alive()
    {
    }

    private static IEnumerable<string> Lines(IEnumerable<IReadOnlyDictionary<string, double>> metrics) =>
        metrics.Select(m => string.Join("; ", m.Select(x => FormattableString.Invariant($"{x.Key} {x.Value:0.000000}")))).Order(StringComparer.Ordinal);

    private static void AssertEqual(IReadOnlyDictionary<string, double> expected, IReadOnlyDictionary<string, double> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, value) in expected) { Assert.Equal(value, actual[name], 1e-12); }
    }
}
