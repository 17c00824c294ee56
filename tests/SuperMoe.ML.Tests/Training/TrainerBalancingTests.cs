using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

/// <summary>Several tasks in one training: balance, information, and routers that know of tasks.</summary>
public sealed class TrainerBalancingTests
{
    [Theory]
    [InlineData(TaskBalancing.Fixed, 0)]
    [InlineData(TaskBalancing.Fixed, 0.5)]
    [InlineData(TaskBalancing.Uncertainty, 0)]
    [InlineData(TaskBalancing.DualBalancing, 0.5)]
    public void Report_has_the_information_of_tasks_and_experts_and_weights_that_adapt(TaskBalancing strategy, double exponent)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.Balancing = strategy;
        request.Training.LabelCountExponent = exponent;
        var (model, report) = Trainer.Train(request);
        model.Dispose();
        Assert.All(report.Epochs, e => Assert.InRange(e.TaskExpertInformation, 1e-9, Math.Log(4))); // four experts, five tasks
        var labels = report.Epochs.SelectMany(e => e.Tasks).Where(t => t.Key != "NextItem").Select(t => t.Value.Weight);
        Assert.All(labels, w => Assert.Equal(strategy != TaskBalancing.Fixed || exponent > 0, w is > 0 and not 1));
        if (strategy == TaskBalancing.Fixed && exponent > 0)
        {
            // What was set, times the share that follows from the numbers of labels.
            var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(request.Seed));
            var shares = LabelCounts.Shares(request, split);
            Assert.All(report.Epochs, e => Assert.Equal(shares[1], e.Tasks[request.Tasks[1].Name].Weight!.Value, 1e-9));
        }
        if (strategy == TaskBalancing.Uncertainty) { Assert.All(report.Epochs, e => Assert.Equal(1, e.Tasks["NextItem"].Weight)); }
    }

    [Fact]
    public void DynamicWeightAverage_weighs_each_epoch_by_the_losses_of_the_two_before()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.Balancing = TaskBalancing.DynamicWeightAverage;
        request.Training.LabelCountExponent = 0;
        request.Training.Epochs = request.Training.Patience = 4;
        var epochs = Report(request).Epochs;

        Assert.Equal(4, epochs.Count);
        Assert.All(epochs.Take(2).SelectMany(e => e.Tasks.Values), t => Assert.Equal(1, t.Weight));
        for (var e = 2; e < epochs.Count; e++)
        {
            // Liu, Johns and Davison 2019, equation 7.
            var powers = epochs[e].Tasks.Keys.ToDictionary(t => t, t => Math.Exp(epochs[e - 1].Tasks[t].TrainingLoss / epochs[e - 2].Tasks[t].TrainingLoss / 2));
            Assert.All(epochs[e].Tasks, t => Assert.Equal(powers.Count * powers[t.Key] / powers.Values.Sum(), t.Value.Weight!.Value, 1e-9));
        }
        Assert.Contains(epochs[3].Tasks.Values, t => Math.Abs(t.Weight!.Value - 1) > 1e-3);
    }

    [Fact]
    public void Information_is_not_computed_where_it_has_no_weight_or_one_task_is_alone()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Model.Moe.MutualInformationWeight = 0;
        Assert.All(Report(request).Epochs, e => Assert.Equal(0, e.TaskExpertInformation));
        request = TinyShop.Request([new BinaryTask("Even")]);
        request.Training.Balancing = TaskBalancing.PCGrad;
        Assert.All(Report(request).Epochs, e => Assert.Equal((0, (double?)null), (e.TaskExpertInformation, e.Tasks["Even"].Weight)));
    }

    [Theory]
    [InlineData(TaskBalancing.Uncertainty)]
    [InlineData(TaskBalancing.DynamicWeightAverage)]
    [InlineData(TaskBalancing.GradNorm)]
    [InlineData(TaskBalancing.PCGrad)]
    [InlineData(TaskBalancing.DualBalancing)]
    public void One_task_alone_is_trained_as_it_is_whatever_the_strategy(TaskBalancing strategy)
    {
        var plain = TinyShop.Request([new BinaryTask("Even") { Weight = 0.5 }]);
        plain.Training.Balancing = TaskBalancing.Fixed;
        var expected = Train(plain);
        var request = TinyShop.Request([new BinaryTask("Even") { Weight = 0.5 }]);
        request.Training.Balancing = strategy;
        Assert.Equal(expected, Train(request));
    }

    [Theory]
    [InlineData(TaskRouting.Conditioned, "task_logits")]
    [InlineData(TaskRouting.SelectionBias, "task_bias")]
    public void Training_moves_what_routers_know_of_tasks(TaskRouting routing, string name)
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Model.Moe.TaskRouting = routing;
        using var model = Trainer.Train(request).Model;
        foreach (var router in model.Encoder.Routers)
        {
            var known = TestDevice.Read(router!.state_dict()[name]); // 6 indicators × 4 experts
            Assert.Equal(routing == TaskRouting.Conditioned, known[..4].Any(v => v != 0)); // the embedding is no task
            for (var t = 1; t < 6; t++) { Assert.Contains(known[(4 * t)..(4 * (t + 1))], v => v != 0); }
        }
    }

    private static TrainingReport Report(TrainingRequest request)
    {
        var (model, report) = Trainer.Train(request);
        model.Dispose();
        return report;
    }

    private static float[] Train(TrainingRequest request)
    {
        using var model = Trainer.Train(request).Model;
        return Weights.Of(model);
    }
}
