using SuperMoe.ML.Training;

namespace SuperMoe.ML.Tests.Training;

/// <summary>What ends training, and which epoch is kept.</summary>
public sealed class TrainerStoppingTests
{
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
    public void TimeLimit_that_is_over_at_once_leaves_a_step_and_its_validation()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        request.Training.ValidationFraction = 0.2;
        request.Training.TimeLimit = TimeSpan.FromTicks(1);
        var heard = new List<TrainingProgress>();
        var (model, report) = Trainer.Train(request with { Progress = heard.Add });
        model.Dispose();
        Assert.Equal(1, report.BestEpoch);
        Assert.True(double.IsFinite(Assert.Single(report.Epochs).ValidationScore));
        Assert.True(double.IsFinite(report.Epochs[0].Loss));
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

    [Fact]
    public void Epochs_are_compared_where_the_score_itself_is_too_small_for_a_number()
    {
        SuperMoeTask[] tasks = [new NextItemTask(), new RegressionTask("Amount") { Wide = false }];
        var request = TinyShop.Request(tasks, TinyShop.Data(tasks, users: 80));
        (request.Training.Epochs, request.Training.ValidationFraction, request.Training.LearningRate) = (6, 0.3, 0.03);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(request.Seed));
        foreach (var user in split.ValidationUsers) { request.Data.Labels[1]![user] = 1e6f; }

        var (model, report) = Trainer.Train(request);
        using var _ = model;

        Assert.All(report.Epochs, e => Assert.Equal(0, e.ValidationScore));
        var best = report.Epochs.MaxBy(e => model.Heads.Sum(h => h.LogSkill(e.Tasks[h.Name].Metrics)))!;
        Assert.Equal(best.Epoch, report.BestEpoch);
        Assert.True(report.BestEpoch > 1);
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
}
