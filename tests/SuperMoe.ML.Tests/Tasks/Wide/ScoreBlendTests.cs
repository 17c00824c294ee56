using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Tests.Tasks.Wide;

public sealed class ScoreBlendTests
{
    private const int Rows = 400;

    private readonly Random _random = new(1);

    [Fact]
    public void What_tells_nothing_counts_next_to_nothing()
    {
        var (labels, good, noise) = (Labels(), new float[Rows], new float[Rows]);
        for (var i = 0; i < Rows; i++)
        {
            good[i] = (labels[i] * 2) - 1 + Normal();
            noise[i] = 2 * Normal();
        }

        var wideIsGood = ScoreBlend.Fit(new LogisticLoss(), good, noise, labels);
        var deepIsGood = ScoreBlend.Fit(new LogisticLoss(), noise, good, labels);

        Assert.InRange(wideIsGood.Wide, 1, 4);
        Assert.InRange(wideIsGood.Deep, 0, 0.2);
        Assert.InRange(deepIsGood.Deep, 1, 4);
        Assert.InRange(deepIsGood.Wide, 0, 0.25); // 1 before the labels were seen
    }

    [Fact]
    public void What_points_the_wrong_way_does_not_count()
    {
        var labels = Labels();
        float[] good = [.. labels.Select(l => (l * 2) - 1 + Normal())];

        var (wide, deep) = ScoreBlend.Fit(new LogisticLoss(), [.. labels.Select(l => 1 - (l * 2) + Normal())], good, labels);

        Assert.Equal(0, wide);
        Assert.InRange(deep, 1, 4);
    }

    [Fact]
    public void Both_wrong_count_nothing()
    {
        var labels = Labels();
        float[] wrong = [.. labels.Select(l => 1 - (l * 2) + Normal())];
        Assert.Equal((0, 0), ScoreBlend.Fit(new LogisticLoss(), wrong, wrong, labels));
    }

    [Fact]
    public void Without_evidence_the_wide_part_counts_alone()
    {
        var (wide, deep) = ScoreBlend.Fit(new SquaredLoss(0, 1), [0f], [0f], [1f]);
        Assert.Equal(1, wide, 1e-6);
        Assert.Equal(0, deep, 1e-6);
    }

    [Fact]
    public void Classes_share_the_two_factors()
    {
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => (float)(i % 3))];
        var (wide, deep) = (new float[Rows * 3], new float[Rows * 3]);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = Normal();
            deep[i] = (i % 3 == (int)labels[i / 3] ? 2 : 0) + Normal();
        }

        var shares = ScoreBlend.Fit(new SoftmaxLoss(3), wide, deep, labels);

        Assert.InRange(shares.Wide, 0, 0.25);
        Assert.InRange(shares.Deep, 1, 3);
    }

    [Fact]
    public void A_few_unlucky_labels_do_not_take_back_what_the_wide_part_has_shown()
    {
        // 20 labels that point against both parts, which say the same but for noise.
        float[] labels = [.. Enumerable.Range(0, 20).Select(i => (float)(i % 2))];
        float[] wide = [.. labels.Select(l => 0.5f - l + (0.3f * Normal()))];
        float[] deep = [.. wide.Select(w => (2 * w) + (0.1f * Normal()))];

        var shares = ScoreBlend.Fit(new LogisticLoss(), wide, deep, labels);

        Assert.InRange(shares.Wide + (2 * shares.Deep), 0.6, 1);
        Assert.InRange(shares.Deep, 0, 0.1);
    }

    [Fact]
    public void What_the_network_tells_of_the_wide_part_s_own_is_taken_from_the_wide_part()
    {
        // The network knows what the wide part knows, and more.
        var labels = Labels();
        float[] wide = [.. labels.Select(l => (l * 2) - 1 + Normal())];
        float[] more = [.. labels.Select(l => (l * 2) - 1 + Normal())];
        float[] deep = [.. wide.Zip(more, (w, m) => w + m)];

        var (a, d) = ScoreBlend.Fit(new LogisticLoss(), wide, deep, labels);

        Assert.InRange(d, 1, 2.5); // each alone has a slope of 2
        Assert.InRange(a, 0, 0.8);
    }

    [Fact]
    public void A_rare_label_is_told_by_a_network_that_knows_it()
    {
        // One in twenty; the wide part knows hardly more than that, the network all.
        var known = Enumerable.Range(0, Rows).Select(_ => 1.5 * Normal()).ToArray();
        float[] labels = [.. known.Select(k => _random.NextDouble() < 1 / (1 + Math.Exp(3 - k)) ? 1f : 0f)];
        float[] wide = [.. known.Select(_ => -3 + (0.1f * Normal()))];
        float[] deep = [.. known.Select(k => (float)k - 3)];

        var (_, d) = ScoreBlend.Fit(new LogisticLoss(), wide, deep, labels);

        Assert.InRange(d, 0.6, 1.4);
    }

    private float[] Labels() => [.. Enumerable.Range(0, Rows).Select(_ => (float)_random.Next(2))];

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
