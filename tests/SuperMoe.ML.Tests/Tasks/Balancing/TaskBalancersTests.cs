using SuperMoe.ML.Tasks.Balancing;

namespace SuperMoe.ML.Tests.Tasks.Balancing;

public sealed class TaskBalancersTests
{
    private static readonly double[] s_ones = [1, 1];

    [Fact]
    public void Fixed_weights_are_the_tasks_own_whatever_happens()
    {
        var balancer = new FixedWeights([2, 0.5]);
        balancer.EndEpoch([1, 9]);
        var scales = balancer.Weigh(Signals([3, 100], [1, 0], [50, 50]));
        Assert.Equal([2, 0.5], scales.Encoder);
        Assert.Equal([2, 0.5], scales.Heads);
    }

    [Fact]
    public void Uncertainty_comes_to_rest_where_a_factor_is_one_over_twice_the_loss()
    {
        // The squared error of a label whose noise has a variance of 4, and a cross-entropy of 0.25.
        var balancer = new UncertaintyWeights([1, 3], squared: [true, false]);
        TaskScales scales = TaskScales.Of(s_ones);
        for (var step = 0; step < 2000; step++) { scales = balancer.Weigh(Signals([4, 0.25], [1, 0], [0, 1])); }
        Assert.Equal(1 / (2 * 4.0), scales.Encoder[0], 1e-3);
        Assert.Equal(3 / (2 * 0.25), scales.Encoder[1], 1e-2);
        Assert.Equal(scales.Encoder, scales.Heads);
    }

    [Fact]
    public void Uncertainty_leaves_the_next_item_its_weight()
    {
        using var next = new SuperMoe.ML.Tasks.NextItemHead(new NextItemTask { Weight = 0.7 }, 50);
        using var label = new SuperMoe.ML.Tasks.BinaryHead(new BinaryTask("A"), 4, 0, new TorchSharp.torch.Generator(1));
        var balancer = TaskBalancers.Of(TaskBalancing.Uncertainty, [label, next], 1);
        TaskScales scales = TaskScales.Of(s_ones);
        for (var step = 0; step < 2000; step++) { scales = balancer.Weigh(Signals([0.25, 7], [1, 0], [0, 1])); }
        Assert.Equal(1 / (2 * 0.25), scales.Encoder[0], 1e-2);
        Assert.Equal(0.7, scales.Encoder[1]);
        Assert.Equal(scales.Encoder, scales.Heads);
    }

    [Fact]
    public void Uncertainty_of_a_task_that_is_absent_stays()
    {
        var balancer = new UncertaintyWeights([1, 1], squared: [false, false]);
        var signals = Signals([0.1, 0.1], [1, 0], [0, 1]) with { Present = [true, false] };
        for (var step = 0; step < 100; step++) { balancer.Weigh(signals); }
        var factors = balancer.Weigh(signals).Encoder;
        Assert.True(factors[0] > 1.2);
        Assert.Equal(1, factors[1]);
    }

    [Fact]
    public void Dynamic_weight_average_is_the_softmax_of_the_loss_ratios()
    {
        var balancer = new DynamicWeightAverage([1, 2]);
        var signals = Signals([1, 1], [1, 0], [0, 1]);
        balancer.EndEpoch([2, 2]);
        Assert.Equal([1, 2], balancer.Weigh(signals).Encoder);
        balancer.EndEpoch([1, 2]); // ratios of 0.5 and 1

        var (a, b) = (Math.Exp(0.25), Math.Exp(0.5));
        Assert.Equal(2 * a / (a + b), balancer.Weigh(signals).Encoder[0], 1e-9);
        Assert.Equal(2 * 2 * b / (a + b), balancer.Weigh(signals).Encoder[1], 1e-9);
    }

    [Fact]
    public void Dynamic_weight_average_takes_a_task_without_loss_as_one_that_stands_still()
    {
        var balancer = new DynamicWeightAverage(s_ones);
        balancer.EndEpoch([2, double.NaN]);
        balancer.EndEpoch([2, double.NaN]);
        Assert.Equal(s_ones, balancer.Weigh(Signals([1, 1], [1, 0], [0, 1])).Encoder);
    }

    [Fact]
    public void GradNorm_brings_gradients_of_unlike_length_to_one_length()
    {
        var balancer = new GradNorm(s_ones);
        TaskScales scales = TaskScales.Of(s_ones);
        for (var step = 0; step < 3000; step++) { scales = balancer.Weigh(Signals([1, 1], [10, 0], [0, 1])); }
        Assert.Equal(10 * scales.Encoder[0], scales.Encoder[1], 0.3);
        Assert.Equal(2, scales.Encoder.Sum(), 1e-9);
    }

    [Fact]
    public void GradNorm_gives_the_task_that_lags_behind_the_longer_gradient()
    {
        var balancer = new GradNorm(s_ones);
        TaskScales scales = TaskScales.Of(s_ones);
        for (var step = 0; step < 5000; step++) { scales = balancer.Weigh(Signals([1, step < 20 ? 1 : 0.25], [1, 0], [0, 1])); }

        // Inverse rates of 1 and 0.25 in units of their mean, 0.625, to the power of 1.5.
        Assert.Equal(Math.Pow(4, 1.5), scales.Encoder[0] / scales.Encoder[1], 0.5);
    }

    [Fact]
    public void GradNorm_of_a_task_that_is_absent_stays()
    {
        var balancer = new GradNorm([1, 1, 1]);
        TaskScales scales = TaskScales.Of([1, 1, 1]);
        for (var step = 0; step < 500; step++)
        {
            scales = balancer.Weigh(new TaskSignals([true, true, false], [1, 1, 0], new double[,] { { 100, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } }));
        }
        Assert.Equal(1, scales.Encoder[2]);
        Assert.Equal(2, scales.Encoder[0] + scales.Encoder[1], 1e-9);
        Assert.True(scales.Encoder[1] > 1.5);
    }

    [Fact]
    public void GradNorm_does_not_take_one_batch_of_few_labels_for_a_task_s_beginning()
    {
        var balancer = new GradNorm(s_ones);
        TaskScales scales = TaskScales.Of(s_ones);
        for (var step = 0; step < 3000; step++) { scales = balancer.Weigh(Signals([1, step == 0 ? 1e-9 : 1], [1, 0], [0, 1])); }
        Assert.Equal(1, scales.Encoder[1], 0.1);
    }

    [Fact]
    public void PCGrad_projects_gradients_that_conflict_as_done_by_hand()
    {
        // (1, 0) and (-1, 1) become (1/2, 1/2) and (0, 1).
        var sum = Combined(new PCGrad(s_ones, 1).Weigh(Signals([1, 1], [1, 0], [-1, 1])), [1, 0], [-1, 1]);
        Assert.Equal(0.5, sum[0], 1e-12);
        Assert.Equal(1.5, sum[1], 1e-12);
    }

    [Fact]
    public void PCGrad_leaves_gradients_that_agree_and_heads_alone()
    {
        var scales = new PCGrad([1, 3], 1).Weigh(Signals([1, 1], [1, 0], [0.5, 1]));
        Assert.Equal([1, 3], scales.Encoder);
        scales = new PCGrad([1, 3], 1).Weigh(Signals([1, 1], [1, 0], [-1, 1]));
        Assert.Equal([1, 3], scales.Heads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void PCGrad_leaves_no_conflict_between_two_tasks(int seed)
    {
        var random = new Random(seed);
        double[] a = [random.NextDouble() - 0.5, random.NextDouble() - 0.5], b = [-a[0] + (0.3 * random.NextDouble()), -a[1]];
        var sum = Combined(new PCGrad(s_ones, seed).Weigh(Signals([1, 1], a, b)), a, b);
        Assert.True(Dot(sum, a) >= -1e-12);
        Assert.True(Dot(sum, b) >= -1e-12);
        Assert.True(Dot(a, b) < 0);
    }

    [Fact]
    public void Dual_balancing_is_free_of_a_loss_s_unit()
    {
        // The second task's loss, and so its gradient, is counted in thousandths.
        var first = new DualBalancing(s_ones);
        var second = new DualBalancing(s_ones);
        for (var step = 0; step < 5; step++)
        {
            var plain = first.Weigh(Signals([2, 3], [1, 1], [-2, 1]));
            var scaled = second.Weigh(Signals([2, 3000], [1, 1], [-2000, 1000]));
            Assert.Equal(plain.Encoder[0], scaled.Encoder[0], 1e-9);
            Assert.Equal(plain.Encoder[1], 1000 * scaled.Encoder[1], 1e-9);
            Assert.Equal(plain.Heads[1], 1000 * scaled.Heads[1], 1e-9);
        }
    }

    [Fact]
    public void Dual_balancing_brings_all_gradients_to_the_length_of_the_longest()
    {
        var scales = new DualBalancing(s_ones).Weigh(Signals([2, 5], [3, 4], [0, 1])); // of logarithms: 2.5 and 0.2
        Assert.Equal(2.5, scales.Encoder[0] * 5, 1e-9);
        Assert.Equal(2.5, scales.Encoder[1] * 1, 1e-9);
        Assert.Equal([1 / 2.0, 1 / 5.0], scales.Heads);
    }

    [Fact]
    public void Dual_balancing_of_a_rare_label_does_not_count_batches_without_it_for_more()
    {
        var balancer = new DualBalancing(s_ones);
        var factors = new List<double>();
        for (var step = 0; step < 400; step++)
        {
            var scales = balancer.Weigh(Signals([step % 10 == 9 ? 1 : 0.01, 1], [1, 0], [0, 1])); // one batch in ten has a yes
            if (step >= 200) { factors.Add(scales.Heads[0]); }
        }
        Assert.InRange(factors.Average(), 8, 11); // one over the mean loss, 0.109
        Assert.True(factors.Max() < 2 * factors.Min(), $"From {factors.Min()} to {factors.Max()}.");
    }

    [Fact]
    public void Dual_balancing_does_not_stretch_a_task_s_one_noisy_batch()
    {
        var balancer = new DualBalancing(s_ones);
        for (var step = 0; step < 200; step++) { balancer.Weigh(Signals([1, 1], [1, 0], [0, 1])); }
        var scales = balancer.Weigh(Signals([1, 1], [1, 0], [0, 0.01])); // a batch without much to learn for the second task
        Assert.True(scales.Encoder[1] < 1.2, $"The factor is {scales.Encoder[1]}.");
    }

    [Theory]
    [InlineData(TaskBalancing.Fixed)]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.DynamicWeightAverage)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void Factors_are_finite_where_gradients_vanish_or_a_task_is_absent(TaskBalancing strategy)
    {
        using var first = new SuperMoe.ML.Tasks.BinaryHead(new BinaryTask("A"), 4, 0, new TorchSharp.torch.Generator(1));
        using var second = new SuperMoe.ML.Tasks.RegressionHead(new RegressionTask("B"), 4, 0, new TorchSharp.torch.Generator(1));
        var balancer = TaskBalancers.Of(strategy, [first, second], 1);
        TaskSignals[] all =
        [
            Signals([1, 1], [1, 0], [0, 1]), Signals([0, 1e9], [0, 0], [1e9, 0]), Signals([1, 1], [0, 0], [0, 0]),
            Signals([1, 0], [1, 0], [0, 0]) with { Present = [true, false] }, Signals([0, 1], [0, 0], [0, 1]) with { Present = [false, true] },
        ];
        foreach (var signals in all)
        {
            var scales = balancer.Weigh(signals);
            balancer.EndEpoch(signals.Losses);
            Assert.All(scales.Encoder.Concat(scales.Heads), f => Assert.True(double.IsFinite(f)));
        }
    }

    [Theory]
    [InlineData(TaskBalancing.Fixed, true)]
    [InlineData(TaskBalancing.Uncertainty, true)]
    [InlineData(TaskBalancing.DynamicWeightAverage, true)]
    [InlineData(TaskBalancing.GradNorm, false)]
    [InlineData(TaskBalancing.PCGrad, false)]
    [InlineData(TaskBalancing.DualBalancing, false)]
    public void Strategies_that_read_losses_only_know_their_factors_beforehand(TaskBalancing strategy, bool known)
    {
        using var first = new SuperMoe.ML.Tasks.BinaryHead(new BinaryTask("A"), 4, 0, new TorchSharp.torch.Generator(1));
        using var second = new SuperMoe.ML.Tasks.RegressionHead(new RegressionTask("B") { Weight = 3 }, 4, 0, new TorchSharp.torch.Generator(1));
        var balancer = TaskBalancers.Of(strategy, [first, second], 1);
        for (var step = 0; step < 5; step++)
        {
            Assert.Equal(known, balancer.Ahead is not null);
            double[] ahead = [.. balancer.Ahead ?? []];
            var scales = balancer.Weigh(Signals([0.2, 3], [1, 0], [0, 1]));
            if (known)
            {
                Assert.Equal(ahead, scales.Encoder);
                Assert.Equal(ahead, scales.Heads);
            }
            balancer.EndEpoch([0.2 / (1 + step), 3]);
        }
    }

    [Theory]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.DynamicWeightAverage)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void One_task_alone_keeps_its_weight(TaskBalancing strategy)
    {
        using var head = new SuperMoe.ML.Tasks.BinaryHead(new BinaryTask("A") { Weight = 0.3 }, 4, 0, new TorchSharp.torch.Generator(1));
        var balancer = TaskBalancers.Of(strategy, [head], 1);
        balancer.EndEpoch([5]);
        balancer.Weigh(new TaskSignals([true], [7], new double[,] { { 4 } }));
        Assert.Equal([0.3], Assert.IsType<double[]>(balancer.Ahead));
    }

    [Theory]
    [InlineData(TaskBalancing.Fixed)]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.DynamicWeightAverage)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void A_task_of_rare_labels_is_neither_forgotten_nor_blown_up_and_the_seed_decides_all(TaskBalancing strategy)
    {
        using var often = new SuperMoe.ML.Tasks.BinaryHead(new BinaryTask("A"), 4, 0, new TorchSharp.torch.Generator(1));
        using var rare = new SuperMoe.ML.Tasks.RegressionHead(new RegressionTask("B"), 4, 0, new TorchSharp.torch.Generator(1));
        var runs = Enumerable.Range(0, 2).Select(_ => Run().ToArray()).ToArray();
        Assert.Equal(runs[0], runs[1]);
        Assert.All(runs[0], f => Assert.InRange(f, 0.01, 100));

        // Every fortieth batch has labels of the second task.
        IEnumerable<double> Run()
        {
            var (random, balancer) = (new Random(3), TaskBalancers.Of(strategy, [often, rare], 11));
            for (var step = 0; step < 2000; step++)
            {
                var there = step % 40 == 39;
                double[] a = [random.NextDouble() - 0.5, 0.5], b = there ? [random.NextDouble() - 0.5, -0.2] : [0, 0];
                var scales = balancer.Weigh(Signals([0.5 + random.NextDouble(), there ? 0.2 + random.NextDouble() : 0], a, b) with { Present = [true, there] });
                if (step % 100 == 99) { balancer.EndEpoch([1, step < 1000 ? double.NaN : 0.5]); }
                yield return scales.Encoder[0];
                if (there) { yield return scales.Encoder[1]; }
            }
        }
    }

    [Fact]
    public void A_strategy_that_does_not_exist_is_refused_with_those_that_do()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => TaskBalancers.Of((TaskBalancing)99, [], 1));
        Assert.Contains("PCGrad", e.Message, StringComparison.Ordinal);
    }

    private static TaskSignals Signals(double[] losses, double[] a, double[] b) =>
        new([true, true], losses, new[,] { { Dot(a, a), Dot(a, b) }, { Dot(a, b), Dot(b, b) } });

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Combined(TaskScales scales, double[] a, double[] b) => [.. a.Select((x, i) => (scales.Encoder[0] * x) + (scales.Encoder[1] * b[i]))];
}
