using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, TaskBalancing.Fixed, TaskSharing.Indicators)]
    [InlineData(NextItemLoss.SampledSoftmax, TaskBalancing.Fixed, TaskSharing.Indicators)] // rows of the item table
    [InlineData(NextItemLoss.SampledSoftmax, TaskBalancing.PCGrad, TaskSharing.Mmoe)] // in two parts
    [InlineData(NextItemLoss.FullSoftmax, TaskBalancing.DualBalancing, TaskSharing.Ple)]
    public void A_history_weight_adds_to_the_next_item_s_training_loss_however_it_is_trained(NextItemLoss loss, TaskBalancing balancing, TaskSharing sharing)
    {
        Assert.InRange(First(0.5) - First(0), 0.5, 2.5); // half the logarithm of twelve items or, with them as negatives too, a little more

        double First(double weight)
        {
            var request = TinyShop.Request([new NextItemTask { Loss = loss, Negatives = 8, HistoryWeight = weight }, .. TinyShop.AllTasks[1..]]);
            (request.Model.Sharing, request.Training.Balancing, request.Training.LearningRate, request.Training.BatchTokens) = (sharing, balancing, 1e-6, 1024); // two shards
            var (model, report) = Trainer.Train(request);
            model.Dispose();
            return report.Epochs[0].Tasks["NextItem"].TrainingLoss;
        }
    }

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
    public void Tasks_without_a_label_to_validate_by_are_trained_and_their_validation_is_reported_as_NaN()
    {
        var data = TinyShop.Data(TinyShop.AllTasks);
        var request = TinyShop.Request(TinyShop.AllTasks, data);
        request.Training.ValidationFraction = 0.3;
        var split = new UserSplit(data, request.Training, nextItem: true, new Random(request.Seed));
        foreach (var user in Enumerable.Range(0, data.Count).Where(split.IsValidation))
        {
            for (var t = 1; t <= 3; t++) { data.Labels[t]![user] = float.NaN; }
        }

        var (model, report) = Trainer.Train(request);
        using (model)
        {
            Assert.All(Weights.Of(model), w => Assert.True(float.IsFinite(w)));
            foreach (var epoch in report.Epochs)
            {
                Assert.All(new[] { "Even", "Kind", "Amount" }, t => Assert.True(double.IsFinite(epoch.Tasks[t].TrainingLoss) && double.IsNaN(epoch.Tasks[t].ValidationLoss)));
                Assert.True(double.IsFinite(epoch.Tasks["NextItem"].ValidationLoss));
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

    [Theory]
    [InlineData(1, false, "The task 'NextItem' has nothing to learn from: no row has two events that training may see, one to predict from and one to predict.")]
    [InlineData(2, true, "LeaveLastEventOut keeps the last one of each row.")]
    public void Rows_too_short_to_predict_anything_from_are_an_error(int length, bool leaveLastOut, string message)
    {
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(9, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, 21).Select(u => u * length)],
            Items = [.. Enumerable.Range(0, 20 * length).Select(e => 1 + (e % 9))],
            Labels = [null],
            Candidates = [null],
        };
        var request = TinyShop.Request([new NextItemTask()], data);
        request.Training.LeaveLastEventOut = leaveLastOut;
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Trainer.Train(request)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_validation_keeps_all_of_are_an_error()
    {
        SuperMoeTask[] tasks = [new NextItemTask(), new BinaryTask("Even")];
        var data = TinyShop.Data(tasks, users: 100, complete: true);
        var request = TinyShop.Request(tasks, data);
        request.Training.ValidationFraction = 0.2;
        var split = new UserSplit(data, request.Training, nextItem: true, new Random(request.Seed));
        foreach (var user in Enumerable.Range(0, data.Count).Where(u => !split.IsValidation(u))) { data.Labels[1]![user] = float.NaN; }
        var message = Assert.Throws<InvalidOperationException>(() => Trainer.Train(request)).Message;
        Assert.StartsWith("The task 'Even' has nothing to learn from: all of its labels are in rows that validation keeps.", message, StringComparison.Ordinal);
        Assert.Contains("ValidationFraction (0.2)", message, StringComparison.Ordinal);
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

    private static float[] Train(TrainingRequest request)
    {
        using var model = Trainer.Train(request).Model;
        return Weights.Of(model);
    }
}
