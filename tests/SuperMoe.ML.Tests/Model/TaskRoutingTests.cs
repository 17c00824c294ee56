using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

public sealed class TaskRoutingTests : IDisposable
{
    private static readonly int[] s_users = [8, 0, 3, 17];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly BehaviorDataset _data = TinyShop.Data(TinyShop.AllTasks);

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(TaskRouting.Conditioned)]
    [InlineData(TaskRouting.SelectionBias)]
    public void Every_mode_begins_as_the_shared_router(TaskRouting routing)
    {
        using var shared = Model(TaskRouting.Shared);
        using var model = Model(routing);
        var (expected, actual) = (Encode(shared, 0, 1, 2), Encode(model, 0, 1, 2));
        Assert.Equal(TestDevice.Read(expected.Events!), TestDevice.Read(actual.Events!));
        Assert.Equal(TestDevice.Read(expected.Indicators!), TestDevice.Read(actual.Indicators!));
    }

    [Theory]
    [InlineData(TaskRouting.Conditioned)]
    [InlineData(TaskRouting.SelectionBias)]
    public void What_routers_know_of_a_task_changes_that_task_s_indicator_only(TaskRouting routing)
    {
        using var model = Model(routing);
        var before = Encode(model, 0, 1, 2, 3);
        Teach(model, 2);
        var after = Encode(model, 0, 1, 2, 3);

        Assert.Equal(TestDevice.Read(before.Events!), TestDevice.Read(after.Events!));
        for (var i = 0; i < 4; i++)
        {
            var same = before.Indicators!.select(1, i).equal(after.Indicators!.select(1, i)).all().item<bool>();
            Assert.Equal(i != 2, same);
        }
    }

    [Theory]
    [InlineData(TaskRouting.Conditioned)]
    [InlineData(TaskRouting.SelectionBias)]
    public void An_indicator_is_routed_as_itself_whichever_others_are_asked_for(TaskRouting routing)
    {
        using var model = Model(routing);
        for (var i = 0; i < 4; i++) { Teach(model, i); }
        var all = Encode(model, 0, 1, 2, 3).Indicators!;
        var some = Encode(model, 3, 1).Indicators!;
        Assert.True(all.select(1, 3).allclose(some.select(1, 0), 1e-5, 1e-5));
        Assert.True(all.select(1, 1).allclose(some.select(1, 1), 1e-5, 1e-5));
    }

    [Theory]
    [InlineData(TaskRouting.Conditioned)]
    [InlineData(TaskRouting.SelectionBias)]
    public void The_embedding_s_token_is_routed_as_itself_after_the_events_too(TaskRouting routing)
    {
        using var model = Model(routing);
        Teach(model, 0);
        var states = model.Encode(Packed.Users(_data, s_users), [0], events: true, null, seen: true);
        var expected = states.Indicators!.select(1, 0);
        Assert.True(expected.allclose(model.EncodeLate(model.EmbeddingToken, states.Seen!, indicator: 0), 1e-4, 1e-5));
        Assert.False(expected.allclose(model.EncodeLate(model.EmbeddingToken, states.Seen!), 1e-4, 1e-5));
    }

    private static SuperMoeModelOptions Options(TaskRouting routing)
    {
        var options = TinyShop.Model();
        options.Moe.TaskRouting = routing;
        return options;
    }

    private SuperMoeModel Model(TaskRouting routing) => Packed.Model(_data, Options(routing));

    private ModelOutput Encode(SuperMoeModel model, params int[] indicators) => model.Encode(Packed.Users(_data, s_users), indicators, events: true, null);

    // As far from 0 as to decide, and otherwise for each indicator.
    private static void Teach(SuperMoeModel model, int indicator)
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in model.state_dict().Where(p => p.Key.Contains(".task_", StringComparison.Ordinal)))
        {
            Assert.Equal(4, value.shape[0]);
            value[indicator].copy_(TestDevice.Normal(20 + indicator, 4) * 5);
        }
    }
}
