using Microsoft.ML;
using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Persistence;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tests.Estimators;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class WideFitterTests
{
    private static readonly SuperMoeTask[] s_tasks =
        [new NextItemTask(), new BinaryTask("Even"), new MulticlassTask("Kind"), new RegressionTask("Amount"), new BinaryTask("Click") { CandidateColumn = "Ad" }];

    [Fact]
    public void Labels_that_follow_from_the_bag_get_wide_parts_and_others_none()
    {
        using var model = Train(s_tasks, out var report, validation: 0.2);

        Assert.NotNull(Head(model, 1).Wide);
        Assert.NotNull(Head(model, 2).Wide);
        Assert.NotNull(Head(model, 3).Wide);
        Assert.Null(Head(model, 4).Wide); // the same for all
        var tasks = report.Epochs[^1].Tasks; // a network of one epoch knows nothing yet
        Assert.True(tasks["Even"].Metrics["AUC"] > 0.95);
        Assert.True(tasks["Kind"].Metrics["Accuracy"] > 0.9);
        Assert.True(tasks["Amount"].Metrics["R2"] > 0.3);
    }

    [Fact]
    public void Epochs_are_compared_by_log_loss_where_there_is_a_wide_part()
    {
        using var model = Train(s_tasks, out _, validation: 0.2);
        var metrics = new Dictionary<string, double> { ["AUC"] = 0.9, ["LogLoss"] = 0.25 };

        Assert.Equal(-0.25, model.Heads[1].LogSkill(metrics));
        Assert.Equal(-0.25, model.Heads[2].LogSkill(metrics));
        Assert.Equal(Math.Log(0.9), model.Heads[4].LogSkill(metrics), 1e-9); // has none
    }

    [Fact]
    public void Labels_that_nothing_validates_get_none()
    {
        using var model = Train(s_tasks, out _, validation: 0);
        Assert.All(Enumerable.Range(1, 4), t => Assert.Null(Head(model, t).Wide));
    }

    [Fact]
    public void What_validation_keeps_only_weighs_the_two_parts()
    {
        var data = TinyShop.Data(s_tasks, users: 200, complete: true);
        var request = TinyShop.Request(s_tasks, data);
        (request.Training.Epochs, request.Training.ValidationFraction) = (1, 0.2);
        var split = new UserSplit(data, request.Training, nextItem: true, new Random(request.Seed));
        var (shown, _) = Trainer.Train(request);
        foreach (var user in Enumerable.Range(0, data.Count).Where(split.IsValidation)) { data.Labels[1]![user] = 1 - data.Labels[1]![user]; }

        var (hidden, _) = Trainer.Train(request);

        using (shown)
        using (hidden)
        {
            var weights = hidden.state_dict();
            foreach (var (name, weight) in shown.state_dict())
            {
                if (name == "head1.wide.shares") { Assert.NotEqual(TestDevice.Read(weight), TestDevice.Read(weights[name])); }
                else { Assert.Equal(TestDevice.Read(weight.to(TorchSharp.torch.float32)), TestDevice.Read(weights[name].to(TorchSharp.torch.float32))); }
            }
        }
    }

    [Fact]
    public void Who_wants_no_wide_part_has_none_and_the_network_is_the_same()
    {
        SuperMoeTask[] plain = [s_tasks[0], new BinaryTask("Even") { Wide = false }];
        using var with = Train(s_tasks[..2], out var first, validation: 0.2);
        using var without = Train(plain, out var second, validation: 0.2);

        Assert.Null(Head(without, 1).Wide);
        Assert.Equal(first.Epochs[0].Loss, second.Epochs[0].Loss);
        foreach (var (name, weight) in without.state_dict()) { Assert.Equal(TestDevice.Read(weight), TestDevice.Read(with.state_dict()[name])); }
    }

    [Fact]
    public void A_candidate_is_told_by_how_events_with_it_differ()
    {
        // Items up to 10 have the value 1 in most events, the others the value 2; the label is whether the candidate is one of the first.
        var random = new Random(1);
        const int Users = 150, Length = 6, Items = 20;
        int[] items = [.. Enumerable.Range(0, Users * Length).Select(_ => 1 + random.Next(Items))];
        int[] candidates = [.. Enumerable.Range(0, Users).Select(_ => 1 + random.Next(Items))];
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(Items, [new KeyField("Rating", 2)], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, Users + 1).Select(u => u * Length)],
            Items = items,
            KeyFields = [[.. items.Select(i => (random.Next(10) > 0) == (i <= Items / 2) ? 1 : 2)]],
            Labels = [[.. candidates.Select(c => c <= Items / 2 ? 1f : 0f)]],
            Candidates = [candidates],
        };
        var request = TinyShop.Request([new BinaryTask("Click") { CandidateColumn = "Ad" }], data);
        (request.Training.Epochs, request.Training.ValidationFraction) = (1, 0.3);

        var (model, report) = Trainer.Train(request);
        using var _ = model;

        Assert.NotNull(Head(model, 0).Wide);
        Assert.True(report.Epochs[0].Tasks["Click"].Metrics["AUC"] > 0.95);
    }

    [Fact]
    public void Labels_that_follow_from_the_items_attributes_are_told_by_them()
    {
        // Each item is in two histories at most; the label is whether most have the first of two tags.
        const int Users = 120, Length = 5, Items = 300;
        int[] items = [.. Enumerable.Range(0, Users * Length).Select(e => 1 + (((e * 7) + (e / Items)) % Items))];
        static int Tag(int item) => 1 + (item * 7919 % 100 < 50 ? 0 : 1);
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(Items, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, Users + 1).Select(u => u * Length)],
            Items = items,
            KeyFields = [],
            Labels = [[.. Enumerable.Range(0, Users).Select(u => items.AsSpan(u * Length, Length).ToArray().Count(i => Tag(i) == 1) > Length / 2 ? 1f : 0f)]],
            Candidates = [null],
        };
        var attributes = new ItemAttributes
        {
            KeyFields = [new KeyField("Tag", 2)],
            Offsets = [[0, 0, .. Enumerable.Range(1, Items)]],
            Values = [[.. Enumerable.Range(1, Items).Select(Tag)]],
        };
        Assert.True(Auc(attributes) > 0.95);
        Assert.True(Auc(null) < 0.8);

        double Auc(ItemAttributes? known)
        {
            var request = TinyShop.Request([new BinaryTask("Even")], data) with { Attributes = known };
            (request.Training.Epochs, request.Training.ValidationFraction, request.Training.LearningRate) = (1, 0.4, 1e-6); // the network learns nothing
            var (model, report) = Trainer.Train(request);
            model.Dispose();
            return report.Epochs[0].Tasks["Even"].Metrics["AUC"];
        }
    }

    [Fact]
    public void Labels_that_follow_from_rare_items_are_told_as_surely_as_if_rare_items_had_been_scaled_up()
    {
        // Everybody has most of the first 20 items, and one of 40 rare ones, whose number says the label nine times of ten.
        const int Users = 400, Length = 16, Frequent = 20, Rare = 40;
        var random = new Random(2);
        var items = new int[Users * Length];
        var labels = new float[Users];
        for (var u = 0; u < Users; u++)
        {
            int[] own = [.. Enumerable.Range(1, Frequent)];
            random.Shuffle(own);
            own.AsSpan(0, Length).CopyTo(items.AsSpan(u * Length));
            var rare = random.Next(Rare);
            items[(u * Length) + Length - 1] = Frequent + 1 + rare;
            labels[u] = random.Next(10) == 0 ? random.Next(2) : rare % 2;
        }
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(Frequent + Rare, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, Users + 1).Select(u => u * Length)],
            Items = items,
            Labels = [labels],
            Candidates = [null],
        };
        var request = TinyShop.Request([new BinaryTask("Even")], data);
        (request.Training.Epochs, request.Training.ValidationFraction, request.Training.LearningRate) = (1, 0.4, 1e-6); // the network learns nothing

        var (model, report) = Trainer.Train(request);
        using var _ = model;

        // The weights are of the bag as it is: a rare item's own is some times as large as a frequent one's, and the outputs are calibrated.
        var wide = Head(model, 0).Wide!;
        var weights = wide.get_buffer("items")!.data<long>().ToArray().Zip(wide.get_buffer("weights")!.data<float>().ToArray(), (item, weight) => (Item: item, Size: Math.Abs(weight))).ToArray();
        Assert.True(weights.Where(w => w.Item > Frequent).Average(w => w.Size) > 5 * weights.Where(w => w.Item <= Frequent).Average(w => w.Size));
        Assert.True(report.Epochs[0].Tasks["Even"].Metrics["AUC"] > 0.9);
        Assert.True(report.Epochs[0].Tasks["Even"].Metrics["LogLoss"] < 0.4);
        Assert.InRange(report.Epochs[0].Tasks["Even"].WideShare!.Value, 0.7, 1.4);
    }

    [Fact]
    public void The_report_tells_how_much_wide_part_and_network_count_in_what_is_scored()
    {
        using var model = Train(s_tasks, out var report, validation: 0.2);
        var best = report.Epochs[report.BestEpoch - 1];
        for (var t = 0; t < s_tasks.Length; t++)
        {
            var task = best.Tasks[s_tasks[t].Name];
            if (t is 0 or 4) { Assert.Equal((null, null), (task.WideShare, task.NetworkShare)); }
            else { Assert.Equal([(float)task.WideShare!, (float)task.NetworkShare!], Head(model, t).Wide!.get_buffer("shares")!.data<float>().ToArray()); }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_and_loaded_model_scores_the_same(bool attributes)
    {
        var known = attributes ? TinyShop.Attributes() : null;
        var request = TinyShop.Request(s_tasks, Data()) with { Attributes = known };
        (request.Training.Epochs, request.Training.ValidationFraction) = (1, 0.2);
        var (model, report) = Trainer.Train(request);
        Assert.NotNull(Head(model, 1).Wide);
        Assert.Equal(attributes, Head(model, 1).Wide!.get_buffer("items")!.max().item<long>() > TinyShop.Items);
        var data = Data();
        var options = new SuperMoeOptions { ItemColumn = "Item", Model = TinyShop.Model(), Tasks = [.. s_tasks] };
        var labels = s_tasks.Select(t => t is MulticlassTask ? new LabelVocabulary(3, null) : null);
        var ml = new MLContext(1);
        var document = known is null ? null : new ItemAttributesDocument([new AttributeFieldDocument("Tag", 4, ModelSetup.Shape(data.Schema, known, 5).AttributeFields[0].Width)], known.NumberCount);
        var scorer = new ModelScorer(model, options, document, TestDevice.Current);
        using var transformer = new SuperMoeTransformer(ml.Environment(), new ModelDescription(options, data.Schema, [.. labels]), scorer, report);
        using var file = new MemoryStream();
        ml.Model.Save(transformer, null, file);
        file.Position = 0;

        using var loaded = (SuperMoeTransformer)new MLContext(2).Model.Load(file, out _);

        var asked = new ScoreRequest(true, [true, true, true, true, true]);
        var (before, after) = (scorer.Score(data, asked), loaded.Scorer.Score(data, asked));
        for (var t = 1; t < s_tasks.Length; t++) { Assert.Equal(before.Tasks[t]!.Scores, after.Tasks[t]!.Scores); }
    }

    [Fact]
    public void A_trained_model_does_not_hold_its_training_data()
    {
        var (model, data) = Trained();
        using var _ = model;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.NotNull(Head(model, 1).Wide);
        Assert.False(data.TryGetTarget(out var _));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (MultiTaskModel Model, WeakReference<BehaviorDataset> Data) Trained()
        {
            var request = TinyShop.Request(s_tasks, Data());
            (request.Training.Epochs, request.Training.ValidationFraction) = (1, 0.2);
            return (Trainer.Train(request).Model, new WeakReference<BehaviorDataset>(request.Data));
        }
    }

    private static UserHead Head(MultiTaskModel model, int task) => (UserHead)model.Heads[task];

    private static BehaviorDataset Data() => TinyShop.Data(s_tasks, users: 200, complete: true);

    private static MultiTaskModel Train(SuperMoeTask[] tasks, out TrainingReport report, double validation)
    {
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 200, complete: true));
        (request.Training.Epochs, request.Training.ValidationFraction) = (1, validation);
        (var model, report) = Trainer.Train(request);
        return model;
    }
}
