using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class RegressionEvaluationTests
{
    [Fact]
    public void Metrics_of_three_users_equal_those_by_hand()
    {
        // errors 1, 0, -3: squares 10; labels 1, 2, 6 around 3: squares 14
        var metrics = RegressionEvaluation.Of([2, 2, 3, 99], [1, 2, 6, float.NaN]);
        Assert.Equal(3, metrics.Count);
        Assert.Equal(1 - (10 / 14.0), metrics.RSquared, 1e-14);
        Assert.Equal(Math.Sqrt(10 / 3.0), metrics.RootMeanSquaredError, 1e-14);
        Assert.Equal(4 / 3.0, metrics.MeanAbsoluteError, 1e-14);
    }

    [Fact]
    public void Predicting_the_mean_explains_nothing() => Assert.Equal(0, RegressionEvaluation.Of([2, 2], [1, 3]).RSquared);

    [Theory]
    [InlineData(new[] { 1f }, new[] { 2f })]
    [InlineData(new[] { 1f, 2, 4 }, new[] { 0.1f, 0.1f, 0.1f })]
    public void Labels_without_spread_leave_the_share_explained_undefined(float[] predictions, float[] labels)
    {
        var metrics = RegressionEvaluation.Of(predictions, labels);
        Assert.Equal(double.NaN, metrics.RSquared);
        Assert.True(metrics.RootMeanSquaredError > 0 && metrics.MeanAbsoluteError > 0);
    }

    [Fact]
    public void Without_labels_or_with_a_broken_prediction_metrics_are_undefined()
    {
        foreach (var metrics in new[] { RegressionEvaluation.Of([], []), RegressionEvaluation.Of([1], [float.NaN]), RegressionEvaluation.Of([1, float.NaN], [1, 2]) })
        {
            Assert.Equal((double.NaN, double.NaN, double.NaN), (metrics.RSquared, metrics.RootMeanSquaredError, metrics.MeanAbsoluteError));
        }
    }

    [Fact]
    public void Labels_far_from_0_keep_their_precision()
    {
        var labels = Enumerable.Range(0, 1000).Select(i => 1e6f + i).ToArray();
        var predictions = labels.Select(l => l + 1).ToArray();
        Assert.Equal(1 - (12 / 999_999.0), RegressionEvaluation.Of(predictions, labels).RSquared, 1e-9); // the variance of 0..999 is (1000² - 1) / 12
    }

    [Fact]
    public void Random_predictions_equal_the_definitions()
    {
        var random = new Random(9);
        for (var trial = 0; trial < 100; trial++)
        {
            var labels = Enumerable.Range(0, random.Next(2, 50)).Select(_ => (random.NextSingle() * 20) - 5).ToArray();
            var predictions = labels.Select(l => l + random.NextSingle()).ToArray();
            var metrics = RegressionEvaluation.Of(predictions, labels);
            var errors = labels.Select((l, i) => (double)predictions[i] - l).ToArray();
            var mean = labels.Average(l => (double)l);
            Assert.Equal(1 - (errors.Sum(e => e * e) / labels.Sum(l => (l - mean) * (l - mean))), metrics.RSquared, 1e-9);
            Assert.Equal(Math.Sqrt(errors.Average(e => e * e)), metrics.RootMeanSquaredError, 1e-12);
            Assert.Equal(errors.Average(Math.Abs), metrics.MeanAbsoluteError, 1e-12);
        }
    }

    [Fact]
    public void Different_lengths_are_refused() => Assert.Throws<ArgumentException>(() => RegressionEvaluation.Of([1], [1, 0]));
}
