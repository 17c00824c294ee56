using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Evaluation;

public sealed class MulticlassEvaluationTests
{
    [Fact]
    public void Metrics_of_four_users_equal_those_by_hand()
    {
        float[] probabilities =
        [
            0.5f, 0.25f, 0.25f, 0, // 0, right
            0.5f, 0.5f, 0, 0, // 0 (the first of equals), but 1
            0.25f, 0.5f, 0.25f, 0, // 1, right
            0.5f, 0.5f, 0, 0, // 0, but 2, held for impossible
            1, 0, 0, 0, // no label
        ];
        var metrics = MulticlassEvaluation.Of(probabilities, [0, 1, 1, 2, float.NaN], 4);
        Assert.Equal(4, metrics.Count);
        Assert.Equal(0.5, metrics.Accuracy);
        // class 0: TP 1, FP 2 -> 2/4; class 1: TP 1, FN 1 -> 2/3; class 2: 0; class 3 is never named
        Assert.Equal((0.5 + (2 / 3.0) + 0) / 3, metrics.MacroF1, 1e-14);
        Assert.Equal((Math.Log(2) * 3 + (15 * Math.Log(10))) / 4, metrics.LogLoss, 1e-12);
    }

    [Fact]
    public void Without_labels_or_with_a_broken_score_metrics_are_undefined()
    {
        foreach (var metrics in new[]
        {
            MulticlassEvaluation.Of([1, 0], [float.NaN], 2), MulticlassEvaluation.Of([], [], 2), MulticlassEvaluation.Of([1, float.NaN], [0], 2),
        })
        {
            Assert.Equal((double.NaN, double.NaN, double.NaN), (metrics.Accuracy, metrics.MacroF1, metrics.LogLoss));
        }
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(2f)]
    [InlineData(0.5f)]
    [InlineData(float.PositiveInfinity)]
    public void A_label_that_is_no_class_is_refused(float label) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MulticlassEvaluation.Of([1, 0], [label], 2));

    [Fact]
    public void Different_lengths_are_refused() => Assert.Throws<ArgumentException>(() => MulticlassEvaluation.Of([1, 0, 0], [1], 2));

    [Fact]
    public void Random_scores_equal_the_definitions()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 200; trial++)
        {
            var classes = random.Next(1, 6);
            var labels = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (float)random.Next(classes)).ToArray();
            var rows = labels.Select(_ => Enumerable.Range(0, classes).Select(_ => random.Next(1, 9) / 16f).ToArray()).ToArray();
            var predicted = rows.Select(r => Array.IndexOf(r, r.Max())).ToArray();
            var metrics = MulticlassEvaluation.Of(rows.SelectMany(r => r).ToArray(), labels, classes);
            Assert.Equal(labels.Where((l, i) => l == predicted[i]).Count() / (double)labels.Length, metrics.Accuracy, 1e-12);
            Assert.Equal(labels.Select((l, i) => -Math.Log(rows[i][(int)l])).Average(), metrics.LogLoss, 1e-12);
            Assert.Equal(MacroF1(labels, predicted, classes), metrics.MacroF1, 1e-12);
        }
    }

    /// <summary>By way of precision and recall, class by class.</summary>
    private static double MacroF1(float[] labels, int[] predicted, int classes) => Enumerable.Range(0, classes)
        .Where(c => labels.Contains(c) || predicted.Contains(c))
        .Average(c =>
        {
            double both = labels.Where((l, i) => l == c && predicted[i] == c).Count();
            if (both == 0) { return 0; }
            var precision = both / predicted.Count(p => p == c);
            var recall = both / labels.Count(l => l == c);
            return 2 * precision * recall / (precision + recall);
        });
}
