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

    private static (StepResult[] Results, float[] Weights) Run(NextItemLoss loss, int shards, bool attributes, bool dropout = false, Predicate<int>? only = null, TaskSharing sharing = TaskSharing.Indicators)
    {
        using var scope = NewDisposeScope();
        var request = Request(loss, attributes, dropout);
        request.Model.Sharing = sharing;
        if (only is not null)
        {
            for (var u = 0; u < request.Data.Count; u++) { request.Data.Labels[1]![u] = only(u) ? u : float.NaN; }
        }
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.to(request.Device);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: attributes, request.Device);
        using var random = new RandomSources(7, request with { Device = CPU });
        using var optimizer = new Optimizer(model, request.Training);
        var step = new TrainingStep(model, request, optimizer, random);
        var batch = Batch(request, split, [.. Enumerable.Range(0, request.Data.Count)], shards);
        var results = Enumerable.Range(0, Steps).Select(_ => step.Run(batch, 1e-2)!).ToArray();
        return (results, Weights.Of(model));
    }

    private static TrainingRequest Request(NextItemLoss loss, bool attributes, bool dropout = false)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 9 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks) with { Device = CPU, Attributes = attributes ? TinyShop.Attributes() : null };
        request.Training.BatchTokens = 2048;
        request.Training.Precision = Precision.Float32;
        request.Model.Moe.BalanceLossWeight = 0; // it is not a mean over tokens
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
}
