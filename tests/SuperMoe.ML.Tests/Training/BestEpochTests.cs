using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Training;

public sealed class BestEpochTests
{
    [Theory]
    [InlineData(new[] { 0.1, 0.5, 0.3 }, 2, 2)]
    [InlineData(new[] { 0.5, 0.5 }, 1, 1)]
    [InlineData(new[] { double.NaN, double.NaN }, 2, 2)] // no validation: the last, and nothing to put back
    [InlineData(new[] { double.NaN, 0.2, 0.1 }, 2, 2)]
    [InlineData(new[] { 0.2, double.NaN }, 1, 1)] // broken weights are not better than good ones
    [InlineData(new[] { double.NegativeInfinity, double.NegativeInfinity }, 1, 1)]
    [InlineData(new[] { double.NegativeInfinity, -3 }, 2, 2)]
    public void Restore_puts_the_weights_of_the_best_epoch_back(double[] scores, int best, float weight)
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(1, 1);
        using var keeper = new BestEpoch(module);
        using var noGrad = no_grad();
        for (var epoch = 1; epoch <= scores.Length; epoch++)
        {
            module.weight.fill_(epoch);
            keeper.Consider(epoch, scores[epoch - 1]);
        }

        keeper.Restore();

        Assert.Equal(best, keeper.Epoch);
        Assert.Equal(weight, module.weight.item<float>());
    }

    [Fact]
    public void Tables_of_rows_come_back_too()
    {
        using var scope = NewDisposeScope();
        SuperMoeTask[] tasks = [new NextItemTask { Loss = NextItemLoss.SampledSoftmax, Negatives = 5 }];
        var request = TinyShop.Request(tasks);
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(1));
        using var model = ModelSetup.Create(request, split);
        model.to(request.Device);
        model.NextItem!.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, request.Device);
        using var random = new RandomSources(1, request);
        using var optimizer = new Optimizer(model, request.Training);
        using var best = new BestEpoch(model);
        var step = new TrainingStep(model, request, optimizer, random);
        var batch = new TrainingBatch(request.Tasks.Count);
        batch.Fill(
            [.. Enumerable.Range(0, 20)], new BatchBuilder(request.Data, request.Model.MaxLength, request.Device),
            new LabelBuilder(request.Data, split, request.Model.MaxLength), request.Tasks, split);
        step.Run(batch, 1e-2);
        best.Consider(1, 0.5);
        var expected = Weights.Of(model);
        for (var i = 0; i < 3; i++) { step.Run(batch, 1e-2); }
        best.Consider(2, 0.4);
        Assert.NotEqual(expected, Weights.Of(model));

        best.Restore();

        Assert.Equal(expected, Weights.Of(model));
    }
}
