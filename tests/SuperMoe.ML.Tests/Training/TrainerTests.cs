using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void The_same_seed_gives_bit_identical_weights_and_another_seed_others()
    {
        var first = Train(TinyShop.Request(TinyShop.AllTasks));
        Assert.Equal(first, Train(TinyShop.Request(TinyShop.AllTasks)));
        Assert.NotEqual(first, Train(TinyShop.Request(TinyShop.AllTasks, seed: 4)));
    }

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax)]
    [InlineData(NextItemLoss.SampledSoftmax)]
    [InlineData(NextItemLoss.BinaryCrossEntropy)]
    public void What_validation_keeps_has_no_influence_on_training(NextItemLoss loss)
    {
        SuperMoeTask[] tasks = // wide parts are weighed by validation; see WideFitterTests
        [
            new NextItemTask { Loss = loss, Negatives = 20 },
            new BinaryTask("Even") { Wide = false },
            new MulticlassTask("Kind") { Wide = false },
            new RegressionTask("Amount") { Wide = false },
            new BinaryTask("Click") { CandidateColumn = "Ad", Wide = false },
        ];
        var shown = TinyShop.Data(tasks);
        var hidden = TinyShop.Data(tasks);
        var request = TinyShop.Request(tasks, shown);
        request.Training.ValidationFraction = 0.4;
        request.Training.Epochs = 1;
        var split = new UserSplit(hidden, request.Training, nextItem: true, new Random(request.Seed));
        int[] kept = [.. Enumerable.Range(0, hidden.Count).Where(split.IsValidation)];
        foreach (var user in kept)
        {
            hidden.Labels[1]![user] = 1 - hidden.Labels[1]![user];
            hidden.Labels[2]![user] = 1;
            hidden.Labels[3]![user] = -1000;
            hidden.Labels[4]![user] = 1 - hidden.Labels[4]![user];
            if (hidden.Length(user) > 1)
            {
                var last = hidden.Offsets[user + 1] - 1;
                hidden.Items[last] = 1 + (hidden.Items[last] % TinyShop.Items);
                hidden.KeyFields[0][last] = 3 - hidden.KeyFields[0][last];
                hidden.Times![last] += 1e7;
                hidden.NumberFields[0][last] += 50;
            }
        }

        Assert.Equal(16, kept.Length);
        Assert.Equal(Train(request), Train(request with { Data = hidden }));
        shown.Labels[3]![Enumerable.Range(0, shown.Count).First(u => !split.IsValidation(u) && !float.IsNaN(shown.Labels[3]![u]))] += 5;
        Assert.NotEqual(Train(request), Train(request with { Data = hidden })); // a shown label does matter
    }

    [Fact]
    public void A_label_whose_candidate_is_missing_has_no_influence()
    {
        var one = TinyShop.Data(TinyShop.AllTasks);
        var other = TinyShop.Data(TinyShop.AllTasks);
        for (var u = 0; u < other.Count; u++)
        {
            if (other.Candidates[4]![u] == 0) { other.Labels[4]![u] = 1 - one.Labels[4]![u]; }
        }
        Assert.NotEqual(one.Labels[4], other.Labels[4]);
        Assert.Equal(Train(TinyShop.Request(TinyShop.AllTasks, one)), Train(TinyShop.Request(TinyShop.AllTasks, other)));
    }

    [Fact]
    public void Tasks_without_a_single_label_are_trained_over_and_reported_as_NaN()
    {
        var data = TinyShop.Data(TinyShop.AllTasks);
        for (var t = 1; t <= 3; t++) { Array.Fill(data.Labels[t]!, float.NaN); }
        var request = TinyShop.Request(TinyShop.AllTasks, data);
        request.Training.ValidationFraction = 0.3;

        var (model, report) = Trainer.Train(request);
        using (model)
        {
            Assert.All(Weights.Of(model), w => Assert.True(float.IsFinite(w)));
            foreach (var epoch in report.Epochs)
            {
                Assert.All(new[] { "Even", "Kind", "Amount" }, t => Assert.True(double.IsNaN(epoch.Tasks[t].TrainingLoss)));
                Assert.True(double.IsFinite(epoch.Tasks["NextItem"].TrainingLoss));
                Assert.True(double.IsFinite(epoch.ValidationScore));
            }
        }
    }

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, null)]
    [InlineData(NextItemLoss.SampledSoftmax, null)]
    [InlineData(NextItemLoss.SampledSoftmax, 6)]
    [InlineData(NextItemLoss.FullSoftmax, 6)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, null)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, 6)]
    public void Users_without_events_and_with_one_are_trained_with_any_table(NextItemLoss loss, int? rows)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 20 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks);
        request.Model.ItemTableRows = rows;
        request.Model.MaxLength = 3;
        request.Training.BatchTokens = 2; // users without events among themselves
        request.Training.ValidationFraction = 0.2;
        request.Training.LeaveLastEventOut = true;

        var (model, report) = Trainer.Train(request);
        using (model) { Assert.All(Weights.Of(model), w => Assert.True(float.IsFinite(w))); }

        Assert.All(report.Epochs, e => Assert.True(double.IsFinite(e.Loss)));
        Assert.Equal(loss, model.NextItem!.Kind);
    }

    [Fact]
    public void Row_wise_training_leaves_rows_that_no_batch_drew_bit_identical()
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = NextItemLoss.SampledSoftmax, Negatives = 1 }];
        var data = TinyShop.Data(tasks);
        var wide = new BehaviorDataset
        {
            Schema = data.Schema with { ItemCount = 5000 },
            Offsets = data.Offsets,
            Items = data.Items,
            KeyFields = data.KeyFields,
            NumberFields = data.NumberFields,
            Times = data.Times,
            Profiles = data.Profiles,
            Labels = data.Labels,
            Candidates = data.Candidates,
        };
        var request = TinyShop.Request(tasks, wide);
        using var before = ModelSetup.Create(request, new UserSplit(wide, request.Training, nextItem: true, new Random(0)));

        using var after = Trainer.Train(request).Model;

        var (start, end) = (Table(before), Table(after));
        var moved = Enumerable.Range(0, 5001).Where(i => !start.AsSpan(i * 16, 16).SequenceEqual(end.AsSpan(i * 16, 16))).ToArray();
        Assert.True(Enumerable.Range(1, TinyShop.Items).All(moved.Contains));
        Assert.InRange(moved.Length, 13, 100);

        static float[] Table(SuperMoe.ML.Tasks.MultiTaskModel model) => TestDevice.Read(model.state_dict()["encoder.encoder.items.ids.weight"]);
    }

    [Fact]
    public void Infinite_numbers_and_profiles_are_taken_as_missing()
    {
        var infinite = TinyShop.Data(TinyShop.AllTasks);
        var missing = TinyShop.Data(TinyShop.AllTasks);
        (infinite.NumberFields[0][7], missing.NumberFields[0][7]) = (float.PositiveInfinity, float.NaN);
        (infinite.Profiles[10], missing.Profiles[10]) = (float.NegativeInfinity, float.NaN);
        Assert.Equal(Train(TinyShop.Request(TinyShop.AllTasks, missing)), Train(TinyShop.Request(TinyShop.AllTasks, infinite)));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_training_and_names_task_epoch_and_step()
    {
        var data = TinyShop.Data(TinyShop.AllTasks);
        data.Labels[3]![0] = float.PositiveInfinity;
        var request = TinyShop.Request(TinyShop.AllTasks, data);

        var e = Assert.Throws<InvalidOperationException>(() => Trainer.Train(request));

        Assert.Matches("task 'Amount' became .* in epoch 1, step [0-9]+ of [0-9]+", e.Message);
        Assert.IsType<NonFiniteLossException>(e.InnerException);
    }

    [Fact]
    public void Cancellation_within_an_epoch_throws_between_two_steps()
    {
        using var source = new CancellationTokenSource();
        var steps = 0;
        var request = TinyShop.Request(TinyShop.AllTasks) with
        {
            CheckAlive = () =>
            {
                if (++steps == 3) { source.Cancel(); }
            },
        };
        request.Training.CancellationToken = source.Token;

        Assert.Throws<OperationCanceledException>(() => Trainer.Train(request));
        Assert.Equal(3, steps);
    }

    [Fact]
    public void Cancellation_within_validation_throws()
    {
        using var source = new CancellationTokenSource();
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.Epochs = 1;
        request.Training.BatchTokens = 1 << 20; // one step, and validation in one batch
        request.Training.ValidationFraction = 0.5;
        request.Training.CancellationToken = source.Token;
        var calls = 0;
        var train = request with
        {
            CheckAlive = () =>
            {
                if (++calls == 1) { source.Cancel(); }
            },
        };
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(train));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void TimeLimit_ends_training_with_the_step_and_still_validates()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.Epochs = 100_000;
        request.Training.Patience = 100_000;
        request.Training.ValidationFraction = 0.2;
        request.Training.TimeLimit = TimeSpan.FromMilliseconds(300);

        var (model, report) = Trainer.Train(request);
        using (model) { Assert.All(Weights.Of(model), w => Assert.True(float.IsFinite(w))); }

        Assert.True(report.StoppedEarly);
        Assert.InRange(report.Epochs.Count, 1, 99_999);
        Assert.True(double.IsFinite(report.Epochs[^1].ValidationScore));
        Assert.InRange(report.BestEpoch, 1, report.Epochs.Count);
    }

    [Fact]
    public void Patience_stops_training_and_the_best_epochs_weights_are_restored()
    {
        var request = TinyShop.Request(TinyShop.AllTasks, TinyShop.Data(TinyShop.AllTasks, users: 80));
        request.Training.Epochs = 40;
        request.Training.Patience = 2;
        request.Training.ValidationFraction = 0.3;
        request.Training.LearningRate = 0.03;

        var (model, report) = Trainer.Train(request);
        using var _ = model;

        Assert.True(report.StoppedEarly);
        Assert.Equal(report.BestEpoch + 2, report.Epochs.Count);
        Assert.Equal(report.Epochs.Max(e => e.ValidationScore), report.Epochs[report.BestEpoch - 1].ValidationScore);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(request.Seed));
        var again = new Validator(model, request, split).Run(split.ValidationUsers);
        for (var t = 0; t < again.Length; t++)
        {
            var reported = report.Epochs[report.BestEpoch - 1].Tasks[request.Tasks[t].Name];
            Assert.Equal(reported.ValidationLoss, again[t].Loss, 1e-5);
            Assert.Equal(reported.Metrics, again[t].Metrics);
        }
    }

    [Fact]
    public void EarlyStoppingTask_alone_decides()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.ValidationFraction = 0.4;
        request.Training.EarlyStoppingTask = "Amount";
        var (model, report) = Trainer.Train(request);
        model.Dispose();
        // e to the minus RMSE in deviations of the training labels, which are the same in every epoch.
        var deviations = report.Epochs.Select(e => -e.Tasks["Amount"].Metrics["RMSE"] / Math.Log(e.ValidationScore)).ToArray();
        Assert.All(deviations, d => Assert.Equal(deviations[0], d, 1e-6));
        Assert.InRange(deviations[0], 1, 1000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValidationScore_is_the_geometric_mean_of_the_tasks_figures_of_merit_by_weight(bool wide)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Weight = 3 }, new MulticlassTask("Kind") { Wide = wide }];
        var request = TinyShop.Request(tasks);
        request.Training.ValidationFraction = 0.4;
        var (model, report) = Trainer.Train(request);
        model.Dispose();
        Assert.All(report.Epochs, e =>
        {
            var kind = e.Tasks["Kind"].Metrics;
            var merit = wide ? Math.Exp(-kind["LogLoss"]) : Math.Max(1e-6, kind["Accuracy"]);
            Assert.Equal(Math.Pow(Math.Pow(e.Tasks["NextItem"].Metrics["NDCG@10"], 3) * merit, 0.25), e.ValidationScore, 1e-9);
        });
    }

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

    [Fact]
    public void Report_has_progress_of_every_epoch_and_loads_that_sum_to_one()
    {
        var heard = new List<TrainingProgress>();
        var request = TinyShop.Request(TinyShop.AllTasks) with { Progress = heard.Add };
        var (model, report) = Trainer.Train(request);
        using var _ = model;

        Assert.Equal([1, 2], heard.Where(p => p.Completed is not null).Select(p => p.Epoch));
        Assert.Equal(report.Epochs, heard.Select(p => p.Completed).OfType<EpochReport>());
        Assert.False(report.StoppedEarly);
        Assert.Equal(2, report.BestEpoch);
        Assert.Equal(Weights.Of(model).Length - Buffers, report.Parameters);
        Assert.Equal([0, 1], report.ExpertLoads.Select(l => l.Block));
        Assert.All(report.ExpertLoads, load =>
        {
            Assert.Equal(["Events", "Embedding", "NextItem", "Even", "Kind", "Amount", "Click"], load.Groups);
            Assert.All(load.Shares, s => Assert.Equal(1, s.Sum(), 1e-9));
        });
    }

    // What is saved and not trained: the routers' biases, and means and scales of the number field, the profile and the regression's label.
    private const int Buffers = (2 * 4) + 2 + 4 + 2;

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
