using SuperMoe.ML.Tasks;
using SuperMoe.ML.Training.Added;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training.Added;

[Collection(nameof(Alone))]
public sealed class AddedTaskTrainerTests(FrozenShop shop) : IClassFixture<FrozenShop>
{
    private readonly MultiTaskModel _model = shop.Model;

    [Theory]
    [InlineData("binary", "AUC", 0.9)]
    [InlineData("multiclass", "Accuracy", 0.75)]
    [InlineData("regression", "R2", 0.3)]
    public void A_task_is_learned_from_few_labels_and_the_model_stays_as_it_was(string kind, string metric, double least)
    {
        LabeledTask task = kind switch { "binary" => new BinaryTask("Even"), "multiclass" => new MulticlassTask("Kind"), _ => new RegressionTask("Amount") };
        var before = _model.state_dict().ToDictionary(p => p.Key, p => TestDevice.Read(p.Value.to(ScalarType.Float32)));
        var (added, report) = AddedTaskTrainer.Train(_model, Request(task, users: 40));
        using (added)
        {
            Assert.Equal(40, report.Labels);
            Assert.True(report.Metrics[metric] > least, $"{metric} {report.Metrics[metric]}");
            Assert.Equal(added.state_dict().Values.Sum(p => p.numel()), report.Parameters);
        }
        Assert.All(_model.state_dict(), p => Assert.Equal(before[p.Key], TestDevice.Read(p.Value.to(ScalarType.Float32))));
        Assert.All(_model.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Many_labels_hold_one_part_out_and_keep_its_best_epoch()
    {
        var progress = new List<TrainingProgress>();
        var request = Request(new BinaryTask("Even"), users: 2100) with { Progress = progress.Add };
        request.Options.Epochs = 2;
        var (added, report) = AddedTaskTrainer.Train(_model, request);
        added.Dispose();
        Assert.Equal(2, progress.Count);
        Assert.Equal(progress.Min(p => p.Completed!.Tasks["Even"].ValidationLoss), report.ValidationLoss);
        Assert.Equal(report.ValidationLoss, progress[report.Epochs - 1].Completed!.Tasks["Even"].ValidationLoss);
    }

    [Fact]
    public void What_a_linear_part_cannot_tell_is_learned_by_gradients()
    {
        var request = Request(new BinaryTask("Even"), users: 2100);
        for (var u = 0; u < 2100; u++) { request.Labels[u] = u % 2 == 0 ^ request.Data.Profiles[2 * u] < 25 ? 1 : 0; } // items and a feature, each alone without meaning
        request.Options.Epochs = 8;
        var losses = new List<double>();
        var (added, report) = AddedTaskTrainer.Train(_model, request with { Progress = p => losses.Add(p.Completed!.Tasks["Even"].ValidationLoss) });
        added.Dispose();
        Assert.True(report.Epochs > 0, string.Join(", ", losses));
        Assert.True(report.Metrics["AUC"] > 0.65, $"AUC {report.Metrics["AUC"]}, losses {string.Join(", ", losses)}");

        request.Options.Epochs = 0;
        var (linear, alone) = AddedTaskTrainer.Train(_model, request);
        linear.Dispose();
        Assert.True(alone.ValidationLoss > report.ValidationLoss);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Labels_too_few_to_hold_any_out_are_learned_all_the_same(int users)
    {
        var (added, report) = AddedTaskTrainer.Train(_model, Request(new RegressionTask("Amount"), users));
        added.Dispose();
        Assert.Equal(double.NaN, report.ValidationLoss);
        Assert.Empty(report.Metrics);
        Assert.Equal(0, report.Epochs);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        float[] Weights(int seed)
        {
            var request = Request(new BinaryTask("Even"), users: 30, seed);
            request.Options.Epochs = 1;
            var (added, _) = AddedTaskTrainer.Train(_model, request);
            using (added) { return [.. added.parameters().SelectMany(TestDevice.Read)]; }
        }

        var first = Weights(5);
        Assert.Equal(first, Weights(5));
        Assert.NotEqual(first, Weights(6));
    }

    [Fact]
    public void Batches_that_memory_has_no_room_for_are_computed_again_and_are_the_same()
    {
        using var scope = NewDisposeScope();
        var request = Request(new BinaryTask("Click") { CandidateColumn = "Ad" }, users: 40);
        int[][] folds = [[.. Enumerable.Range(0, 20)], [.. Enumerable.Range(20, 20)]];
        using var kept = new FrozenBatches(_model, request, folds);
        using var none = new FrozenBatches(_model, request, folds, most: 0);
        Assert.Equal([0, 1], kept.Of(_ => true));
        Assert.Equal([1], kept.Of(fold => fold == 1));
        Assert.Same(kept[0], kept[0]);
        Assert.NotSame(none[0], none[0]);
        Assert.Equal(TestDevice.Read(kept[1].Embedding), TestDevice.Read(none[1].Embedding));
        for (var b = 0; b < 2; b++) { Assert.Equal(TestDevice.Read(kept[1].Seen.Blocks[b]!.Keys), TestDevice.Read(none[1].Seen.Blocks[b]!.Keys)); }
    }

    [Fact]
    public void Learning_leaves_no_tensor_behind_also_when_it_is_stopped()
    {
        Run();
        var before = Collected();
        Run();
        // TorchSharp never discounts the tensor that a new parameter takes over: one for each parameter of the six tasks of a run, and of the last one's batches.
        Assert.InRange(Collected() - before, 0, 3 * 6 * 13);

        void Run()
        {
            var request = Request(new BinaryTask("Even"), users: 40);
            request.Options.Epochs = 1;
            AddedTaskTrainer.Train(_model, request).Task.Dispose();
            var calls = 0;
            Assert.Throws<OperationCanceledException>(() => AddedTaskTrainer.Train(_model, request with
            {
                CheckAlive = () => { if (Interlocked.Increment(ref calls) > 30) { throw new OperationCanceledException(); } },
            }));
        }

        static long Collected()
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return Tensor.TotalCount;
        }
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_learning_and_is_told()
    {
        var request = Request(new RegressionTask("Amount"), users: 20);
        using var broken = FrozenShop.Train(epochs: 1);
        using (no_grad()) { broken.Encoder.get_parameter("indicators")!.fill_(float.NaN); }
        Assert.Contains("'Amount'", Assert.Throws<InvalidOperationException>(() => AddedTaskTrainer.Train(broken, request)).Message, StringComparison.Ordinal);
    }

    private static AddedTaskRequest Request(LabeledTask task, int users, int seed = 3) => new()
    {
        Data = TinyShop.Data([task], users, complete: true, seed: 8),
        Task = task,
        Classes = task is MulticlassTask ? 3 : 0,
        Model = TinyShop.Model(),
        Options = new FitTaskOptions { Epochs = 4, LearningRate = 3e-3 },
        Seed = seed,
        Device = TestDevice.Current,
        CheckAlive = () => { },
        Progress = _ => { },
    };
}
