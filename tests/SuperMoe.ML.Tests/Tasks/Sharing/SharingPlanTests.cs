using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Sharing;
using SuperMoe.ML.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Tasks.Sharing;

public sealed class SharingPlanTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // D = 64, and of five tasks four with labels, as in the table of the documentation.
    [Theory]
    [InlineData(TaskSharing.SharedBottom, 131)] // (4 · 64 + 5) / 2
    [InlineData(TaskSharing.Mmoe, 20)] // (4 · 64 + 5 - 5 · 6) / (2 · 6) = 19.25
    [InlineData(TaskSharing.Ple, 16)] // (4 · 64 + 5 - 26) / (2 · 12) = 9.8, under a quarter of 64
    public void ExpertSize_is_what_the_formula_says(TaskSharing sharing, int expected)
    {
        var options = new SuperMoeModelOptions { Sharing = sharing };
        Assert.Equal(expected, SharingPlan.ExpertSize(options, TinyShop.AllTasks));
        Assert.Equal(16, SharingPlan.ExpertSize(options, [new NextItemTask()])); // nothing is saved by a head that has no weights
    }

    [Theory]
    [InlineData(TaskSharing.SharedBottom, null)]
    [InlineData(TaskSharing.Mmoe, null)]
    [InlineData(TaskSharing.Ple, null)]
    [InlineData(TaskSharing.SharedBottom, 48)]
    [InlineData(TaskSharing.Mmoe, 48)]
    [InlineData(TaskSharing.Ple, 48)]
    public void Parameters_are_as_many_as_the_formula_says(TaskSharing sharing, int? expertSize)
    {
        const int D = 64, T = 5;
        var options = new SuperMoeModelOptions { HiddenSize = D, Sharing = sharing, SharingExpertSize = expertSize };
        var h = expertSize ?? SharingPlan.ExpertSize(options, TinyShop.AllTasks);
        using var model = Model(options);

        long expected = sharing switch
        {
            TaskSharing.SharedBottom => 2 * D * h,
            TaskSharing.Mmoe => ((T + 1) * 2 * D * h) + (T * (T + 1) * D),
            _ => (2 * (T + 1) * 2 * D * h) + (((5 * T) + 1) * D),
        };
        Assert.Equal(expected, model.Mixtures!.parameters().Sum(p => p.numel()));
        Assert.Equal([1, D], model.Encoder.get_parameter("indicators")!.shape);
        // A tower: D inputs, with a candidate 3 D and the candidate's own layer; then as many outputs as the task has.
        Assert.Equal([0, Tower(1), Tower(3), Tower(1), Tower(1) + (3L * D * D) + D], model.Heads.Select(head => head.parameters().Sum(p => p.numel())));

        static long Tower(int outputs) => (D * D) + D + ((D + 1) * outputs);
    }

    [Theory]
    [InlineData(TaskSharing.SharedBottom, 46_150)]
    [InlineData(TaskSharing.Mmoe, 46_662)]
    [InlineData(TaskSharing.Ple, 55_622)]
    public void Heads_side_is_at_least_as_large_as_with_indicators_and_not_much_larger(TaskSharing sharing, long expected)
    {
        using var own = Model(new SuperMoeModelOptions());
        using var shared = Model(new SuperMoeModelOptions { Sharing = sharing });
        Assert.Equal(46_086, HeadsSide(own)); // the documentation's table
        Assert.Equal(expected, HeadsSide(shared));
        Assert.Equal(own.Encoder.parameters().Sum(p => p.numel()) - (5 * 64), shared.Encoder.parameters().Sum(p => p.numel())); // but for tokens the same
    }

    [Fact]
    public void Indicators_have_no_mixtures()
    {
        using var model = Model(new SuperMoeModelOptions { SharingExpertSize = 48 });
        Assert.Null(model.Mixtures);
        Assert.Equal([6, 64], model.Encoder.get_parameter("indicators")!.shape);
    }

    private static MultiTaskModel Model(SuperMoeModelOptions options) => new(
        new ModelShape(12, [], 0, HasTime: false, 0, 5, [], 0), options, TinyShop.AllTasks, TinyShop.Classes(TinyShop.AllTasks), default, seed: 1);

    private static long HeadsSide(MultiTaskModel model) =>
        model.Heads.Sum(h => h.parameters().Sum(p => p.numel())) + (model.Mixtures?.parameters().Sum(p => p.numel()) ?? 0) + TaskTokens(model);

    // Without the embedding's.
    private static long TaskTokens(MultiTaskModel model) => (model.Encoder.get_parameter("indicators")!.shape[0] - 1) * model.Encoder.Size;
}
