using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tasks.Balancing;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

/// <summary>Tensors alive, counted for the thread: whatever is left to the garbage collector counts as alive.</summary>
[Collection(nameof(Alone))]
public sealed class LeakTests
{
    [Theory]
    [InlineData(NextItemLoss.FullSoftmax, TaskBalancing.Fixed, TaskRouting.Shared, 1)]
    [InlineData(NextItemLoss.SampledSoftmax, TaskBalancing.Uncertainty, TaskRouting.Conditioned, 1)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, TaskBalancing.Fixed, TaskRouting.SelectionBias, 1)]
    [InlineData(NextItemLoss.FullSoftmax, TaskBalancing.PCGrad, TaskRouting.SelectionBias, 1)]
    [InlineData(NextItemLoss.SampledSoftmax, TaskBalancing.DualBalancing, TaskRouting.Shared, 1)]
    [InlineData(NextItemLoss.BinaryCrossEntropy, TaskBalancing.GradNorm, TaskRouting.Conditioned, 1)]
    [InlineData(NextItemLoss.FullSoftmax, TaskBalancing.PCGrad, TaskRouting.Shared, 2)]
    public void Training_steps_and_validation_leave_no_tensor_behind(NextItemLoss loss, TaskBalancing balancing, TaskRouting routing, int heads)
    {
        SuperMoeTask[] tasks = [new NextItemTask { Loss = loss, Negatives = 20 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks);
        request.Model.Moe.TaskRouting = routing;
        request.Model.Heads = heads;
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.to(request.Device);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, request.Device);
        using var random = new RandomSources(1, request);
        using var optimizer = new Optimizer(model, request.Training);
        using var best = new BestEpoch(model);
        var step = new TrainingStep(model, request, optimizer, random, TaskBalancers.Of(balancing, model.Heads, 1));
        var validator = new Validator(model, request, split);
        int[] users = [.. Enumerable.Range(0, 20)];
        var batch = new TrainingBatch(request.Tasks.Count);
        batch.Fill(users, new BatchBuilder(request.Data, request.Model.MaxLength, request.Device), new LabelBuilder(request.Data, split, request.Model.MaxLength), request.Tasks, split);
        Round(1);

        var before = Alive;
        for (var round = 2; round < 7; round++)
        {
            Round(round);
            Assert.Equal(before, Alive);
        }

        void Round(int round)
        {
            Assert.NotNull(step.Run(batch, 1e-3));
            validator.Run(users);
            validator.MeasureExperts(users);
            best.Consider(round, round);
        }
    }

    [Fact]
    public void Scoring_leaves_no_tensor_behind()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        using var scorer = new ModelScorer(Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device);
        Score();

        var before = Alive;
        for (var i = 0; i < 5; i++) { Score(); }
        Assert.Equal(before, Alive);

        void Score()
        {
            scorer.Score(request.Data, new ScoreRequest(true, [true, true, true, true, true]));
            scorer.Score(request.Data, new ScoreRequest(false, [false, true, false, false, false]));
            scorer.RankNextItem(request.Data, [.. Enumerable.Repeat(1, request.Data.Count)]);
        }
    }

    [Fact]
    public void A_disposed_or_failed_run_leaves_no_memory_behind()
    {
        Run();
        var before = Collected();
        for (var i = 0; i < 3; i++) { Run(); }
        using var model = Trainer.Train(TinyShop.Request(TinyShop.AllTasks)).Model;
        // TorchSharp never discounts the tensor that a new parameter takes over: one for each parameter and run, seven runs in all.
        var takenOver = 7L * model.parameters().Count();
        var held = model.state_dict().Count;
        Assert.InRange(Collected() - before, 0, takenOver + held);

        static void Run()
        {
            Trainer.Train(TinyShop.Request(TinyShop.AllTasks)).Model.Dispose();
            using var source = new CancellationTokenSource();
            var calls = 0;
            var cancelled = TinyShop.Request(TinyShop.AllTasks) with
            {
                CheckAlive = () =>
                {
                    if (++calls == 4) { source.Cancel(); }
                },
            };
            cancelled.Training.CancellationToken = source.Token;
            Assert.Throws<OperationCanceledException>(() => Trainer.Train(cancelled));
        }

        // With what waits for the garbage collector gone: what is left is held.
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
    public void A_model_trained_within_a_dispose_scope_outlives_it()
    {
        var request = TinyShop.Request(TinyShop.AllTasks);
        ModelScorer scorer;
        using (NewDisposeScope())
        {
            scorer = new ModelScorer(Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device);
        }
        using (scorer)
        {
            var all = new ScoreRequest(true, [true, true, true, true, true]);
            Assert.All(scorer.Score(request.Data, all).Embedding, e => Assert.True(float.IsFinite(e)));
        }
    }

    [Fact]
    public void Training_and_scoring_leave_the_global_generator_as_it_is()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(99);
        var before = get_rng_state().clone();
        SuperMoeTask[] tasks = [new NextItemTask { Loss = NextItemLoss.SampledSoftmax, Negatives = 20 }, .. TinyShop.AllTasks[1..]];
        var request = TinyShop.Request(tasks);

        using (var scorer = new ModelScorer(Trainer.Train(request).Model, new SuperMoeOptions { Model = request.Model }, null, request.Device))
        {
            scorer.Score(request.Data, new ScoreRequest(true, [true, true, true, true, true]));
        }

        Assert.True(get_rng_state().equal(before).all().item<bool>());
    }

    private static long Alive => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
