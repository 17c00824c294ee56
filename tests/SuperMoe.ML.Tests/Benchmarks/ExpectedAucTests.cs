using SuperMoe.ML.Benchmarks.Conflict;
using SuperMoe.ML.Evaluation;

namespace SuperMoe.ML.Tests.Benchmarks;

public sealed class ExpectedAucTests
{
    private static readonly Random s_random = new(5);
    private static readonly double[] s_probabilities = [.. Enumerable.Range(0, 60).Select(_ => s_random.NextDouble())];

    [Fact]
    public void It_is_the_weighted_share_of_pairs_in_order()
    {
        double[] scores = [.. s_probabilities.Select(_ => (double)s_random.Next(20))]; // with ties
        double wins = 0, pairs = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = 0; j < scores.Length; j++)
            {
                if (i == j) { continue; }
                var weight = s_probabilities[i] * (1 - s_probabilities[j]);
                pairs += weight;
                wins += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
            }
        }
        Assert.Equal(wins / pairs, ExpectedAuc.Of(scores, s_probabilities), 9);
    }

    [Fact]
    public void Of_certain_labels_it_is_the_AUC()
    {
        float[] scores = [.. s_probabilities.Select(_ => (float)s_random.Next(20))], labels = [.. s_probabilities.Select(p => p > 0.6 ? 1f : 0)];
        Assert.Equal(BinaryEvaluation.Of(scores, labels).Auc, ExpectedAuc.Of([.. scores.Select(s => (double)s)], [.. labels.Select(l => (double)l)]), 9);
    }

    [Fact]
    public void Nothing_beats_the_probabilities_themselves()
    {
        var ideal = ExpectedAuc.Of(s_probabilities, s_probabilities);
        for (var trial = 0; trial < 20; trial++)
        {
            double[] scores = [.. s_probabilities.Select(p => p + (0.2 * s_random.NextDouble()))];
            Assert.True(ExpectedAuc.Of(scores, s_probabilities) <= ideal);
        }
    }

    [Fact]
    public void Without_a_pair_it_is_undefined() => Assert.True(double.IsNaN(ExpectedAuc.Of([1, 2], [1, 1])));

    [Fact]
    public void Correlation_knows_lines_and_noise()
    {
        Assert.Equal(1, Correlation.Of([1, 2, 3], [10, 20, 30]), 9);
        Assert.Equal(-1, Correlation.Of([1, 2, 3], [3, 2, 1]), 9);
        Assert.Equal(0, Correlation.Of([1, 2, 1, 2], [1, 1, 2, 2]), 9);
    }
}
