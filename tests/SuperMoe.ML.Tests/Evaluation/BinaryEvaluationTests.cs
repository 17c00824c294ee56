using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class BinaryEvaluationTests
{
    [Fact]
    public void Metrics_of_five_users_equal_those_by_hand()
    {
        // positives 2, 0.5, -1; negatives 0.5, -2: wins 1 + 1, half + 1, 0 + 1 of 6 pairs
        var metrics = BinaryEvaluation.Of([2, 0.5f, 0.5f, -1, -2, 9], [1, 1, 0, 1, 0, float.NaN]);
        Assert.Equal(5, metrics.Count);
        Assert.Equal(4.5 / 6, metrics.Auc, 1e-14);
        Assert.Equal(3 / 5.0, metrics.Accuracy, 1e-14);
        // log(1 + e^-2), log(1 + e^-0.5), log(1 + e^0.5), log(1 + e^1), log(1 + e^-2)
        Assert.Equal((0.1269280110429725 + 0.4740769841801067 + 0.9740769841801067 + 1.3132616875182228 + 0.1269280110429725) / 5, metrics.LogLoss, 1e-14);
    }

    [Theory]
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { 0f, 0, 1, 1 }, 1)]
    [InlineData(new[] { 4f, 3, 2, 1 }, new[] { 0f, 0, 1, 1 }, 0)]
    [InlineData(new[] { 5f, 5, 5, 5 }, new[] { 0f, 0, 1, 1 }, 0.5)]
    [InlineData(new[] { -0f, 0f }, new[] { 0f, 1 }, 0.5)]
    [InlineData(new[] { float.NegativeInfinity, float.PositiveInfinity }, new[] { 0f, 1 }, 1)]
    [InlineData(new[] { 1f, 2 }, new[] { 1f, 1 }, double.NaN)]
    [InlineData(new[] { 1f, 2 }, new[] { 0f, -1 }, double.NaN)]
    public void The_area_of_extreme_cases_is_known(float[] logits, float[] labels, double auc) =>
        Assert.Equal(auc, BinaryEvaluation.Of(logits, labels).Auc);

    [Fact]
    public void One_class_leaves_loss_and_accuracy_defined()
    {
        var metrics = BinaryEvaluation.Of([1, -1], [1, 1]);
        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal((0.31326168751822286 + 1.3132616875182228) / 2, metrics.LogLoss, 1e-14);
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        var metrics = BinaryEvaluation.Of([1e6f, -1e6f, 1e6f], [1, 0, 0]);
        Assert.Equal(1e6 / 3, metrics.LogLoss, 1e-6);
    }

    [Fact]
    public void Without_labels_or_with_a_broken_score_metrics_are_undefined()
    {
        foreach (var metrics in new[] { BinaryEvaluation.Of([1], [float.NaN]), BinaryEvaluation.Of([], []), BinaryEvaluation.Of([1, float.NaN], [0, 1]) })
        {
            Assert.Equal((double.NaN, double.NaN, double.NaN), (metrics.Auc, metrics.LogLoss, metrics.Accuracy));
        }
        Assert.Equal(0.5, BinaryEvaluation.Of([1, -1, float.NaN], [1, 1, float.NaN]).Accuracy); // its label is missing
    }

    [Fact]
    public void Random_scores_equal_the_definitions()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 300; trial++)
        {
            var n = random.Next(2, 60);
            var logits = Enumerable.Range(0, n).Select(_ => (random.Next(20) - 10) / 4f).ToArray();
            var labels = Enumerable.Range(0, n).Select(_ => random.Next(5) == 0 ? float.NaN : random.Next(2)).ToArray();
            var yes = logits.Where((_, i) => labels[i] == 1).ToArray();
            var no = logits.Where((_, i) => labels[i] == 0).ToArray();
            var metrics = BinaryEvaluation.Of(logits, labels);
            var wins = yes.Sum(y => no.Sum(x => y > x ? 1 : y == x ? 0.5 : 0));
            Assert.Equal(wins / (yes.Length * no.Length), metrics.Auc, 1e-12);
            var losses = yes.Select(y => -Math.Log(1 / (1 + Math.Exp(-y)))).Concat(no.Select(x => -Math.Log(1 - (1 / (1 + Math.Exp(-x)))))).ToArray();
            Assert.Equal(losses.DefaultIfEmpty(double.NaN).Average(), metrics.LogLoss, 1e-12);
        }
    }

    [Fact]
    public void Different_lengths_are_refused() => Assert.Throws<ArgumentException>(() => BinaryEvaluation.Of([1], [1, 0]));
}
