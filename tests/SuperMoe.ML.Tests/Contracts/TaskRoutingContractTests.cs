using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

public sealed class TaskRoutingContractTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(TaskRouting.Conditioned, TaskBalancing.DualBalancing)]
    [InlineData(TaskRouting.SelectionBias, TaskBalancing.Uncertainty)]
    public void A_model_of_any_routing_is_saved_with_what_its_routers_know_of_tasks(TaskRouting routing, TaskBalancing balancing)
    {
        var train = SampleUsers.KeyedView(_ml, 60);
        var options = SampleUsers.Options();
        options.Model.Moe.TaskRouting = routing;
        options.Model.Moe.BiasStep = 0.05; // two epochs are few steps
        options.Training.Balancing = balancing;
        using var model = _ml.Transforms.SuperMoe(options).Fit(train);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        stream.Position = 0;

        var loaded = new MLContext(7).Model.Load(stream, out _);

        var (expected, actual) = (model.Transform(train), loaded.Transform(train));
        Views.AssertSameRows(Views.Read(expected, Views.Visible(expected.Schema)), Views.Read(actual, Views.Visible(actual.Schema)));
        var (before, after) = (model.Report!, loaded.FindSuperMoe()!.Report!);
        Assert.Equal(before.Epochs.Select(e => e.TaskExpertInformation), after.Epochs.Select(e => e.TaskExpertInformation));
        Assert.Equal(before.Epochs.Select(e => e.Tasks["Age"].Weight), after.Epochs.Select(e => e.Tasks["Age"].Weight));
        Assert.NotNull(after.Epochs[0].Tasks["Age"].Weight);
        Assert.Equal(before.ExpertUse.ToTable(), after.ExpertUse.ToTable());
        Assert.Contains("Churned", after.ExpertUse.ToTable(), StringComparison.Ordinal);
        (loaded as IDisposable)?.Dispose();
    }
}
