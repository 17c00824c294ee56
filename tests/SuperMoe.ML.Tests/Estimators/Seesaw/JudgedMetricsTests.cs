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
        var judged = JudgedMetrics.Of(task, scores, labels);
        AssertEqual(TaskMetrics.Of(task, scores, labels), judged.Whole);
        Assert.Equal(5, judged.WithoutGroup.Count); // a user each
        for (var u = 0; u < 5; u++)
        {
            float[] others = [.. labels.Select((l, i) => i == u ? float.NaN : l)];
            AssertEqual(TaskMetrics.Of(task, scores, others), judged.WithoutGroup[u]);
        }
    }

    [Fact]
    public void Classes_keep_their_users_scores_together()
    {
        float[] scores = [0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f];
        float[] labels = [0, 1, 1];
        var judged = JudgedMetrics.Of(new MulticlassTask("Gender"), scores, labels);
        Assert.Equal([0.5, 0.5, 1], judged.WithoutGroup.Select(m => m["Accuracy"]));
    }

    [Fact]
    public void Next_items_are_of_the_users_that_have_one()
    {
        var judged = JudgedMetrics.OfRanks([0, 3], [0, 2], users: 3);
        Assert.Equal(0.625, judged.Whole["MRR"], 1e-12);
        Assert.Equal([0.25, 0.625, 1], judged.WithoutGroup.Select(m => m["MRR"]));
    }

    [Fact]
    public void Where_a_group_has_all_the_labels_nothing_is_left_to_measure()
    {
        var judged = JudgedMetrics.Of(new RegressionTask("Age"), [1, 2, 3], [float.NaN, 5, float.NaN]);
        Assert.Equal(double.NaN, judged.WithoutGroup[1]["RMSE"]);
        Assert.Equal(3, judged.WithoutGroup[0]["RMSE"], 1e-12);
    }

    private static void AssertEqual(IReadOnlyDictionary<string, double> expected, IReadOnlyDictionary<string, double> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, value) in expected) { Assert.Equal(value, actual[name], 1e-12); }
    }
}
