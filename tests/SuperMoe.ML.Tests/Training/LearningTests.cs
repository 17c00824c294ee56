using SuperMoe.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Model;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

public sealed class LearningTests
{
    private static readonly SuperMoeTask[] s_tasks = [new NextItemTask(), new BinaryTask("Even"), new MulticlassTask("Kind"), new RegressionTask("Amount")];

    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, null, TableOptimizer.LazyAdam, 0.9)]
    [InlineData(NextItemLoss.SampledSoftmax, null, TableOptimizer.LazyAdam, 0.9)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, null, TableOptimizer.LazyAdam, 0.9)]
    [InlineData(NextItemLoss.SampledSoftmax, 30, TableOptimizer.RowWiseAdagrad, 0.65)] // slower at this rate, and far above the 0.38 of chance
    public void Patterns_without_noise_are_learned_for_users_that_training_did_not_see(NextItemLoss loss, int? rows, TableOptimizer table, double ndcg)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 8 }, .. s_tasks[1..]];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 240, complete: true));
        request.Model.ItemTableRows = rows;
        request.Model.MaxLength = 8;
        request.Model.Dropout = 0;
        request.Training.Epochs = 40;
        request.Training.Patience = 40;
        request.Training.BatchTokens = 256;
        request.Training.LearningRate = 0.02;
        request.Training.ValidationFraction = 0.2;
        request.Training.TableOptimizer = table;

        var (model, report) = Trainer.Train(request);
        model.Dispose();

        var best = report.Epochs[report.BestEpoch - 1];
        Assert.True(best.Tasks["NextItem"].Metrics["HR@10"] > 0.99, Text());
        Assert.True(best.Tasks["NextItem"].Metrics["NDCG@10"] > ndcg, Text());
        Assert.True(best.Tasks["Even"].Metrics["AUC"] > 0.98, Text());
        Assert.True(best.Tasks["Kind"].Metrics["Accuracy"] > 0.95, Text());
        Assert.True(best.Tasks["Amount"].Metrics["R2"] > 0.85, Text());

        string Text() => string.Join("; ", best.Tasks.Select(t => $"{t.Key} {string.Join(", ", t.Value.Metrics)}"));
    }

    [Fact]
    public void With_a_history_weight_the_embedding_tells_what_the_next_item_does_not_depend_on()
    {
        // A user's first three items are of one of two tastes, 1 to 4 or 5 to 8; then come 9, 10, 11, 12 in a row, from any of them on.
        const int Users = 160, Length = 6;
        var random = new Random(2);
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(12, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, Users + 1).Select(u => u * Length)],
            Items = [.. Enumerable.Range(0, Users).SelectMany(u => History(u % 2, random))],
            Labels = [null],
        };
        Assert.InRange(Told(0), 0, 0.8);
        Assert.InRange(Told(1), 0.95, 1);

        double Told(double weight)
        {
            var request = TinyShop.Request([new NextItemTask { HistoryWeight = weight }], data);
            (request.Training.Epochs, request.Training.BatchTokens, request.Training.LearningRate) = (20, 256, 0.02);
            (request.Model.MaxLength, request.Model.Dropout, request.Model.EventDropout) = (Length, 0, 0.3);
            var (model, _) = Trainer.Train(request);
            using var scope = TorchSharp.torch.NewDisposeScope();
            using var trained = model;
            using var noGrad = TorchSharp.torch.no_grad();
            var embedding = model.Encoder.Encode(Packed.Users(data, [.. Enumerable.Range(0, Users)]), [0], events: false, null).Indicators!.select(1, 0);
            var scores = embedding.matmul(model.Encoder.Items.All().narrow(0, 1, 8).t()); // of items 1 to 8
            var tastes = scores.view(Users, 2, 4).mean([2L]).argmax(1).cpu().data<long>().ToArray();
            return tastes.Where((taste, u) => taste == u % 2).Count() / (double)Users;
        }

        static int[] History(int taste, Random random) =>
            [.. Enumerable.Range(0, 3).Select(_ => 1 + (4 * taste) + random.Next(4)), .. Enumerable.Range(random.Next(4), Length - 3).Select(i => 9 + (i % 4))];
    }

    [Fact]
    public void An_item_that_training_never_saw_is_ranked_by_its_attributes()
    {
        // Users like one colour; items 1..20 are of colour 1 + i % 2, and nobody has met items 19 and 20 yet.
        const int Items = 20, Users = 120, Length = 6;
        var random = new Random(1);
        var events = Enumerable.Range(0, Users).SelectMany(u => Enumerable.Range(0, Length).Select(_ => (random.Next(9) * 2) + 1 + (u % 2))).ToArray();
        var data = new BehaviorDataset
        {
            Schema = new BehaviorSchema(Items, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, Users + 1).Select(u => u * Length)],
            Items = events,
            Labels = [null],
        };
        var attributes = new ItemAttributes
        {
            KeyFields = [new KeyField("Colour", 2)],
            Offsets = [[0, 0, .. Enumerable.Range(1, Items)]],
            Values = [[.. Enumerable.Range(1, Items).Select(i => 1 + (i % 2))]],
        };
        var request = TinyShop.Request([new NextItemTask { ExcludeHistory = false }], data) with { Attributes = attributes };
        request.Model.MaxLength = 8;
        request.Training.Epochs = 15;
        request.Training.BatchTokens = 128;
        request.Training.LearningRate = 0.01;

        using var scorer = new ModelScorer(
            Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device);
        int[] others = [.. Enumerable.Range(0, Users).Select(u => 19 + (u % 2))]; // of the user's own colour: 1 + (item % 2)
        int[] wrong = [.. Enumerable.Range(0, Users).Select(u => 20 - (u % 2))];

        // Of twenty items ten are of the user's colour, about five of them in the history and not ranked.
        var (own, other) = (scorer.RankNextItem(data, others), scorer.RankNextItem(data, wrong));
        var before = own.Zip(other).Count(r => r.First < r.Second);
        Assert.True(own.Average() < 5 && before >= Users * 0.95, $"Of the user's colour {own.Average()}, before the other for {before} of {Users} users.");
    }
}
