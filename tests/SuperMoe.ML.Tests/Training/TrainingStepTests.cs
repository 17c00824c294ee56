using SuperMoe.ML.Tasks.Balancing;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class TrainingStepTests
{
    private const int Steps = 4;

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, false)]
    [InlineData(NextItemLoss.SampledSoftmax, false)] // a table that is updated row by row, and negatives that all shards share
    [InlineData(NextItemLoss.FullSoftmax, true)]
    [InlineData(NextItemLoss.FullSoftmax, false, TaskSharing.Mmoe)] // weights behind the encoder that all tasks share
    [InlineData(NextItemLoss.SampledSoftmax, false, TaskSharing.Ple)]
    public void Shards_train_as_the_whole_batch_does(NextItemLoss loss, bool attributes, TaskSharing sharing = TaskSharing.Indicators)
    {
        var whole = Run(loss, shards: 1, attributes, sharing: sharing);
        foreach (var shards in new[] { 2, 3, 4 })
        {
            var parts = Run(loss, shards, attributes, sharing: sharing);
            for (var s = 0; s < Steps; s++)
            {
                var tolerance = s == 0 ? 2e-5 : 2e-3; // AdamW makes whole steps of the last digits of a gradient
                Assert.Equal(whole.Results[s].Loss, parts.Results[s].Loss, tolerance * Math.Abs(whole.Results[s].Loss));
                Assert.Equal(whole.Results[s].Tasks.Select(t => t.Count), parts.Results[s].Tasks.Select(t => t.Count));
                for (var t = 0; t < whole.Results[s].Tasks.Count; t++)
                {
                    var (expected, _) = whole.Results[s].Tasks[t];
                    Assert.Equal(expected, parts.Results[s].Tasks[t].Loss, tolerance * (1 + Math.Abs(expected)));
                }
            }
        }
        Assert.True(whole.Results[^1].Loss < whole.Results[0].Loss, "Nothing was learned, so nothing was compared.");
    }

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax)]
    [InlineData(NextItemLoss.SampledSoftmax)]
    [InlineData(NextItemLoss.BinaryCrossEntropy)]
    [InlineData(NextItemLoss.FullSoftmax, TaskSharing.Mmoe)]
    [InlineData(NextItemLoss.FullSoftmax, TaskSharing.Ple)]
    public void Shards_give_the_same_weights_whichever_thread_is_first(NextItemLoss loss, TaskSharing sharing = TaskSharing.Indicators)
    {
        var expected = Run(loss, shards: 4, attributes: true, dropout: true, sharing: sharing).Weights;
        for (var i = 0; i < 3; i++) { Assert.Equal(expected, Run(loss, shards: 4, attributes: true, dropout: true, sharing: sharing).Weights); }
    }

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, 1)]
    [InlineData(NextItemLoss.SampledSoftmax, 3)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, 1)]
    public void The_backward_pass_in_two_parts_is_that_of_the_weighted_sum(NextItemLoss loss, int shards)
    {
        double[] weights = [0.5, 1, 2, 1, 3];
        var (sum, _) = Run(loss, shards, attributes: true, balancer: _ => new FixedWeights(weights));
        var spy = new Spy(weights);
        var (parts, _) = Run(loss, shards, attributes: true, balancer: _ => spy);
        for (var s = 0; s < Steps; s++)
        {
            Assert.Equal(sum[s].Loss, parts[s].Loss, 1e-3 * Math.Abs(sum[s].Loss)); // AdamW makes whole steps of the last digits of a gradient
            Assert.Equal(weights, parts[s].Factors);
        }
        Assert.Equal(sum[0].Loss, parts[0].Loss, 1e-5 * Math.Abs(sum[0].Loss));
        Assert.Equal(sum[1].Loss, parts[1].Loss, 1e-4 * Math.Abs(sum[1].Loss));
        Assert.Equal(Steps, spy.Heard.Count);
        Assert.True(sum[^1].Loss < sum[0].Loss, "Nothing was learned, so nothing was compared.");
    }

    [Fact]
    public void Products_of_gradients_are_of_the_whole_batch_whatever_its_shards()
    {
        Spy whole = new([1, 1, 1, 1, 1]), parts = new([1, 1, 1, 1, 1]);
        Run(NextItemLoss.FullSoftmax, 1, attributes: false, balancer: _ => whole);
        Run(NextItemLoss.FullSoftmax, 3, attributes: false, balancer: _ => parts);
        var (a, b) = (whole.Heard[0].Products, parts.Heard[0].Products);
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                Assert.Equal(a[i, j], a[j, i], 1e-7);
                Assert.Equal(a[i, j], b[i, j], 1e-3 * Math.Sqrt(a[i, i] * a[j, j]));
                Assert.True(Math.Abs(a[i, j]) <= 1.001 * Math.Sqrt(a[i, i] * a[j, j]));
            }
            Assert.True(a[i, i] > 0);
        }
    }

    [Theory]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void Strategies_give_the_same_weights_again(TaskBalancing strategy)
    {
        var expected = Train();
        Assert.Equal(expected, Train());
        Assert.NotEqual(expected, Train(TaskBalancing.Fixed));

        float[] Train(TaskBalancing? other = null) =>
            Run(NextItemLoss.SampledSoftmax, shards: 4, attributes: true, dropout: true, balancer: h => TaskBalancers.Of(other ?? strategy, h, 5)).Weights;
    }

    // Two tasks whose labels are each other's contrary, with the same head: at the encoder's output their gradients point apart.
    [Fact]
    public void Gradients_of_contrary_tasks_conflict_and_PCGrad_takes_the_conflict_out()
    {
        using var scope = NewDisposeScope();
        SuperMoeTask[] tasks = [new BinaryTask("Even"), new BinaryTask("Even") { Name = "Odd", Weight = 3 }];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, complete: true)) with { Device = CPU };
        request.Data.Labels[1] = [.. request.Data.Labels[0]!.Select(l => 1 - l)];
        request.Training.Precision = Precision.Float32;
        (request.Model.Dropout, request.Model.EventDropout, request.Model.Moe.MutualInformationWeight) = (0, 0, 0);
        var split = new UserSplit(request.Data, request.Training, nextItem: false, new Random(1));

        Spy spy = new([1, 3]), pcgrad = new([1, 3], new PCGrad([1, 3], 5));
        foreach (var balancer in new[] { spy, pcgrad })
        {
            using var model = ModelSetup.Create(request, split);
            using (no_grad())
            {
                foreach (var (one, other) in model.Heads[0].parameters().Zip(model.Heads[1].parameters())) { other.copy_(one); }
            }
            using var random = new RandomSources(7, request);
            using var optimizer = new Optimizer(model, request.Training);
            new TrainingStep(model, request, optimizer, random, balancer).Run(Batch(request, split, [.. Enumerable.Range(0, request.Data.Count)], 1), 1e-2);
        }
        var (p, scales) = (pcgrad.Heard[0].Products, pcgrad.Decided[0]);
        Assert.Equal(spy.Heard[0].Products[0, 1], p[0, 1], 1e-9);
        Assert.True(p[0, 1] < -0.1 * Math.Sqrt(p[0, 0] * p[1, 1]), $"They do not conflict: {p[0, 1]} of {p[0, 0]} and {p[1, 1]}.");
        // Each gradient less its projection on the other, times its weight.
        Assert.Equal(1 - (3 * p[1, 0] / p[0, 0]), scales.Encoder[0], 1e-6);
        Assert.Equal(3 - (p[0, 1] / p[1, 1]), scales.Encoder[1], 1e-6);
        Assert.Equal([1, 3], scales.Heads);
    }

    [Theory]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.DynamicWeightAverage)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void Tasks_without_labels_in_a_step_harm_no_strategy(TaskBalancing strategy)
    {
        var (results, weights) = Run(
            NextItemLoss.FullSoftmax, shards: 2, attributes: false, only: u => u == 1, silent: [2, 3], balancer: h => TaskBalancers.Of(strategy, h, 5));
        Assert.All(results, r => Assert.True(double.IsFinite(r.Loss)));
        Assert.All(weights, w => Assert.True(float.IsFinite(w)));
        Assert.Equal([true, true, false, false, true], results[^1].Tasks.Select(t => t.Count > 0));
    }

    [Theory]
    [InlineData(TaskBalancing.Fixed)]
    [InlineData(TaskBalancing.PCGrad)] // by gradients of each task, which do not conflict with themselves
    public void A_batch_with_half_the_usual_labels_of_a_task_counts_as_half_its_weight(TaskBalancing strategy)
    {
        var half = TrainOneTask(weight: 1, usual: 2, strategy);
        Assert.Equal(TrainOneTask(weight: 0.5, usual: 1, strategy).Weights, half.Weights);
        Assert.Equal(TrainOneTask(weight: 0.5, usual: double.NaN, strategy).Weights, half.Weights); // NaN: each batch counts alike
        Assert.NotEqual(TrainOneTask(weight: 1, usual: 1, strategy).Weights, half.Weights);
        Assert.Equal(TrainOneTask(weight: 1, usual: 1, strategy).Loss, half.Loss); // what is told is the mean over labels
    }

    [Fact]
    public void A_task_whose_labels_are_in_one_shard_has_their_mean_loss()
    {
        var whole = Run(NextItemLoss.FullSoftmax, shards: 1, attributes: false, only: u => u < 2);
        var parts = Run(NextItemLoss.FullSoftmax, shards: 4, attributes: false, only: u => u < 2);
        Assert.Equal(2, whole.Results[0].Tasks[1].Count);
        Assert.Equal(2, parts.Results[0].Tasks[1].Count);
        Assert.Equal(whole.Results[0].Tasks[1].Loss, parts.Results[0].Tasks[1].Loss, 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Shards_hold_all_users_once_in_order_and_like_many_events(int shards)
    {
        var request = Request(NextItemLoss.FullSoftmax, attributes: false);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        int[] users = [.. Enumerable.Range(0, request.Data.Count).OrderBy(split.TrainingInputLength)];
        var batch = Batch(request, split, users, shards);
        var parts = batch.Shards.ToArray();

        Assert.Equal(shards, parts.Length);
        Assert.All(parts, p => Assert.True(p.Input.Users > 0));
        Assert.Equal(users.Length, parts.Sum(p => p.Input.Users));
        int[] lengths = [.. parts.SelectMany(p => p.Input.Windows.AsSpan().ToArray()).Select(w => w.Length)];
        Assert.Equal(users.Select(u => Math.Min(split.TrainingInputLength(u), request.Model.MaxLength)), lengths);
        Assert.Equal(lengths.Sum(), batch.Events);
        Assert.Equal(parts.Sum(p => p.Input.Places), batch.Places);
        var mean = (double)batch.Events / shards;
        Assert.All(parts, p => Assert.InRange(p.Input.Events, mean - request.Model.MaxLength - 2, mean + request.Model.MaxLength + 2));
    }

    [Fact]
    public void Users_without_events_and_fewer_users_than_shards_are_packed_too()
    {
        var request = Request(NextItemLoss.FullSoftmax, attributes: false);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        int[] silent = [.. Enumerable.Range(0, request.Data.Count).Where(u => split.TrainingInputLength(u) == 0)];
        Assert.True(silent.Length > 4);
        Assert.Equal(silent.Length, Batch(request, split, silent, 4).Shards.ToArray().Sum(s => s.Input.Users));
        Assert.Equal(1, Batch(request, split, [8], 4).Shards.Length);
        Assert.Equal(2, Batch(request, split, [8, 17], 4).Shards.Length);
    }

    [Theory]
    [InlineData(48, 1)]
    [InlineData(1023, 1)]
    [InlineData(1024, 2)]
    [InlineData(2048, 4)]
    [InlineData(1 << 20, 4)]
    public void The_number_of_shards_follows_from_the_size_of_batches(int tokens, int expected)
    {
        var request = TinyShop.Request(TinyShop.AllTasks) with { Device = CPU };
        request.Training.BatchTokens = tokens;
        Assert.Equal(expected, TrainingBatch.ShardsOf(request));
    }

    private static (StepResult[] Results, float[] Weights) Run(NextItemLoss loss, int shards, bool attributes, bool dropout = false, Predicate<int>? only = null, int[]? silent = null,
        Func<IReadOnlyList<SuperMoe.ML.Tasks.TaskHead>, ITaskBalancer>? balancer = null, TaskSharing sharing = TaskSharing.Indicators)
    {
        using var scope = NewDisposeScope();
        var request = Request(loss, attributes, dropout);
        request.Model.Sharing = sharing;
        if (only is not null)
        {
            for (var u = 0; u < request.Data.Count; u++) { request.Data.Labels[1]![u] = only(u) ? u : float.NaN; }
        }
        if (balancer is not null) { request.Model.Moe.MutualInformationWeight = 0.01; }
        foreach (var task in silent ?? []) { Array.Fill(request.Data.Labels[task]!, float.NaN); }
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.to(request.Device);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: attributes, request.Device);
        using var random = new RandomSources(7, request with { Device = CPU });
        using var optimizer = new Optimizer(model, request.Training);
        var step = new TrainingStep(model, request, optimizer, random, balancer?.Invoke(model.Heads));
        var batch = Batch(request, split, [.. Enumerable.Range(0, request.Data.Count)], shards);
        var results = Enumerable.Range(0, Steps).Select(_ => step.Run(batch, 1e-2)!).ToArray();
        return (results, Weights.Of(model));
    }

    // Two steps, so that AdamW has something to compare: in the first alone a factor of all gradients changes nothing but what is clipped.
    private static (double Loss, float[] Weights) TrainOneTask(double weight, double usual, TaskBalancing strategy)
    {
        using var scope = NewDisposeScope();
        SuperMoeTask[] tasks = [new NextItemTask { Loss = NextItemLoss.FullSoftmax }, new RegressionTask("Amount") { Weight = weight }];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks)) with { Device = CPU };
        request.Training.Precision = Precision.Float32;
        (request.Training.GradientClipping, request.Training.BatchTokens) = (0, 2048);
        (request.Model.Dropout, request.Model.EventDropout, request.Model.Moe.MutualInformationWeight) = (0, 0, 0);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, CPU);
        using var random = new RandomSources(7, request);
        using var optimizer = new Optimizer(model, request.Training);
        var batch = Batch(request, split, [.. Enumerable.Range(0, request.Data.Count)], 2);
        var labels = batch.Shards.ToArray().Sum(s => s.Labels[1].Count);
        var step = new TrainingStep(model, request, optimizer, random, TaskBalancers.Of(strategy, model.Heads, 5)) { UsualLabels = [double.NaN, usual * labels] };
        var loss = step.Run(batch, 1e-2)!.Tasks[1].Loss;
        step.Run(batch, 1e-2);
        return (loss, Weights.Of(model));
    }

    private static TrainingRequest Request(NextItemLoss loss, bool attributes, bool dropout = false)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 9 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks) with { Device = CPU, Attributes = attributes ? TinyShop.Attributes() : null };
        request.Training.BatchTokens = 2048;
        request.Training.Precision = Precision.Float32;
        request.Model.Moe.BalanceLossWeight = 0; // it is not a mean over tokens
        request.Model.Moe.MutualInformationWeight = 0; // nor is what parts of a batch tell of tasks that of the whole
        if (!dropout)
        {
            request.Model.Dropout = 0;
            request.Model.EventDropout = 0;
            request.Model.ItemIdDropout = 0;
        }
        return request;
    }

    private static TrainingBatch Batch(TrainingRequest request, UserSplit split, int[] users, int shards)
    {
        var batch = new TrainingBatch(request.Tasks.Count, shards);
        batch.Fill(
            users, new BatchBuilder(request.Data, request.Model.MaxLength, request.Device), new LabelBuilder(request.Data, split, request.Model.MaxLength),
            request.Tasks, split);
        return batch;
    }

    /// <summary>Fixed weights, or a strategy, that ask for gradients all the same, and remember what they heard and said.</summary>
    private sealed class Spy(double[] weights, ITaskBalancer? strategy = null) : ITaskBalancer
    {
        public List<TaskSignals> Heard { get; } = [];

        public List<TaskScales> Decided { get; } = [];

        public double[]? Ahead => null;

        public TaskScales Weigh(TaskSignals signals)
        {
            Heard.Add(signals);
            Decided.Add(strategy?.Weigh(signals) ?? TaskScales.Of(weights));
            return Decided[^1];
        }

        public void EndEpoch(IReadOnlyList<double> losses)
        {
        }
    }
}
