using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Balancing;
using SuperMoe.ML.Training;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class TaskSharingTests
{
    public static TheoryData<TaskSharing> Baselines => [TaskSharing.SharedBottom, TaskSharing.Mmoe, TaskSharing.Ple];

    public static TheoryData<TaskSharing, TaskBalancing> BalancedBaselines()
    {
        var all = new TheoryData<TaskSharing, TaskBalancing>();
        foreach (var sharing in Enum.GetValues<TaskSharing>().Where(s => s != TaskSharing.Indicators))
        {
            foreach (var balancing in Enum.GetValues<TaskBalancing>()) { all.Add(sharing, balancing); }
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Baselines))]
    public void Every_task_s_loss_falls(TaskSharing sharing)
    {
        SuperMoeTask[] tasks = // without wide parts, beside which a network may not count
        [
            new NextItemTask(), new BinaryTask("Even") { Wide = false }, new MulticlassTask("Kind") { Wide = false }, new RegressionTask("Amount") { Wide = false },
            new BinaryTask("Click") { CandidateColumn = "Ad", Wide = false },
        ];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 240, complete: true));
        request.Model.Sharing = sharing;
        request.Model.Dropout = 0;
        request.Training.Epochs = 16;
        request.Training.BatchTokens = 256;
        request.Training.LearningRate = 0.02;
        request.Training.ValidationFraction = 0.2;
        request.Training.Patience = 16;

        var (model, report) = Trainer.Train(request);
        using var used = model;

        Assert.Equal(model.ParameterCount, report.Parameters);
        foreach (var task in tasks)
        {
            var (first, last) = (report.Epochs[0].Tasks[task.Name], report.Epochs[^1].Tasks[task.Name]);
            Assert.True(last.TrainingLoss < 0.9 * first.TrainingLoss, $"{task.Name}: {first.TrainingLoss} became {last.TrainingLoss}.");
            Assert.True(last.ValidationLoss < first.ValidationLoss, $"{task.Name}, validation: {first.ValidationLoss} became {last.ValidationLoss}.");
        }
        Assert.All(report.Epochs, e => Assert.Equal(0, e.TaskExpertInformation)); // no token tells tasks apart
        Assert.All(report.ExpertLoads, e => Assert.Equal(["Events", "Embedding"], e.Groups));
        Assert.All(report.ExpertLoads, e => Assert.All(e.Shares, s => Assert.Equal(1, s.Sum(), 1e-9)));
    }

    [Theory]
    [MemberData(nameof(BalancedBaselines))]
    public void Every_strategy_trains_with_every_sharing(TaskSharing sharing, TaskBalancing balancing)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Model.Sharing = sharing;
        request.Training.Balancing = balancing;
        request.Training.Epochs = 3;
        request.Training.LearningRate = 0.01;

        var (model, report) = Trainer.Train(request);
        using var used = model;

        Assert.True(Mean(report.Epochs[^1]) < Mean(report.Epochs[0]), $"{Mean(report.Epochs[0])} became {Mean(report.Epochs[^1])}.");

        static double Mean(EpochReport epoch) => epoch.Tasks.Values.Average(t => t.TrainingLoss);
    }

    [Theory]
    [MemberData(nameof(Baselines))]
    public void A_strategy_s_factors_at_the_encoder_count_for_what_tasks_share_behind_it_too(TaskSharing sharing)
    {
        using var scope = NewDisposeScope();
        var request = Request(sharing);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, CPU);
        var names = model.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);
        double[] ones = [.. model.Heads.Select(_ => 1.0)];

        var plain = Gradients(TaskScales.Of(ones));
        var scaled = Gradients(new TaskScales([.. ones.Select(_ => 3.0)], ones));

        var shared = plain.Where(p => p.Key.StartsWith("sharing.", StringComparison.Ordinal)).ToList();
        Assert.Equal(model.Mixtures!.parameters().Count(), shared.Count);
        Assert.All(shared, p => Assert.Equal(p.Value.Select(g => 3 * g), scaled[p.Key], (a, b) => Math.Abs(a - b) < 1e-5));
        Assert.Contains(shared, p => p.Value.Any(g => Math.Abs(g) > 1e-4));
        foreach (var (name, own) in plain.Where(p => p.Key.StartsWith("head", StringComparison.Ordinal))) { Assert.Equal(own, scaled[name]); }
        var token = plain["encoder.indicators"];
        Assert.Equal(token.Select(g => 3 * g), scaled["encoder.indicators"], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Contains(token, g => Math.Abs(g) > 1e-4);

        Dictionary<string, float[]> Gradients(TaskScales scales)
        {
            var shard = Assert.Single(ShardInput.Of(Batch(request, split), model, request));
            using var random = new RandomSource(1, CPU);
            using var step = new ShardStep(model, request.Model.Moe, ComputePrecision.Float32, shard, model.Encoder.Items.All(), random);
            step.Forward();
            return step.Backward(scales).Gradients.Where(g => names.ContainsKey(g.Weight.Handle)).GroupBy(g => names[g.Weight.Handle])
                .ToDictionary(g => g.Key, g => TestDevice.Read(g.Select(p => p.Gradient).Aggregate((a, b) => a + b)), StringComparer.Ordinal);
        }
    }

    private static TrainingRequest Request(TaskSharing sharing)
    {
        var request = TinyShop.Request(TinyShop.AllTasks) with { Device = CPU };
        request.Model.Sharing = sharing;
        (request.Model.Dropout, request.Model.EventDropout) = (0, 0);
        (request.Model.Moe.BalanceLossWeight, request.Model.Moe.ZLossWeight) = (0, 0); // they have no factor
        return request;
    }

    private static TrainingBatch Batch(TrainingRequest request, UserSplit split)
    {
        var batch = new TrainingBatch(request.Tasks.Count, 1);
        batch.Fill(
            [.. Enumerable.Range(0, request.Data.Count)], new BatchBuilder(request.Data, request.Model.MaxLength, CPU),
            new LabelBuilder(request.Data, split, request.Model.MaxLength), request.Tasks, split);
        return batch;
    }
}
