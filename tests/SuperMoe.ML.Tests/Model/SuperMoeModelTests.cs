using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

public sealed class SuperMoeModelTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly BehaviorDataset _data = TinyShop.Data(TinyShop.AllTasks);

    public void Dispose() => _scope.Dispose();

    public static TheoryData<int, int, bool, int[]?> Architectures() => new()
    {
        { 1, 1, false, null }, { 4, 1, false, null }, { 4, 2, true, null }, { 4, 4, false, new[] { 1 } }, { 4, 2, false, new[] { 0 } },
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Encode_of_a_user_does_not_depend_on_the_others_of_the_batch(int experts, int topK, bool shared, int[]? sparse)
    {
        using var model = Model(experts, topK, shared, sparse);
        int[] users = [8, 0, 3, 1, 17];
        var together = model.Encode(Packed.Users(_data, users), [0, 1, 2], events: true, null);

        var first = 0L;
        for (var b = 0; b < users.Length; b++)
        {
            var alone = model.Encode(Packed.Users(_data, users[b]), [0, 1, 2], events: true, null);
            var events = alone.Events!.shape[0];
            Close(alone.Events, together.Events!.narrow(0, first, events));
            Close(alone.Indicators![0], together.Indicators![b]);
            first += events;
        }
        Assert.Equal(first, together.Events!.shape[0]);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Encode_of_an_event_does_not_depend_on_later_events(int experts, int topK, bool shared, int[]? sparse)
    {
        using var model = Model(experts, topK, shared, sparse);
        var before = model.Encode(Packed.Users(_data, 5, 6), [0], events: true, null);
        var last = _data.Offsets[6] - 1; // of user 5
        _data.Items[last] = 1 + (_data.Items[last] % TinyShop.Items);
        _data.KeyFields[0][last] = 3 - _data.KeyFields[0][last];
        _data.NumberFields[0][last] = 50;
        _data.Times![last] += 1e6;
        var after = model.Encode(Packed.Users(_data, 5, 6), [0], events: true, null);

        Close(before.Events!.narrow(0, 0, 4), after.Events!.narrow(0, 0, 4));
        Assert.False(before.Events[4].allclose(after.Events[4], 1e-3, 1e-3));
        Assert.False(before.Indicators![0].allclose(after.Indicators![0], 1e-3, 1e-3));
        Close(before.Indicators[1], after.Indicators[1]);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Encode_of_an_indicator_or_event_does_not_depend_on_which_indicators_are_asked_for(int experts, int topK, bool shared, int[]? sparse)
    {
        using var model = Model(experts, topK, shared, sparse);
        var input = Packed.Users(_data, 0, 2, 7, 8);
        var all = model.Encode(input, [0, 1, 2, 3], events: true, null);
        var some = model.Encode(input, [3, 1], events: false, null);
        var none = model.Encode(input, [], events: true, null);

        Assert.Null(some.Events);
        Assert.Null(none.Indicators);
        Close(all.Indicators!.select(1, 3), some.Indicators!.select(1, 0));
        Close(all.Indicators!.select(1, 1), some.Indicators!.select(1, 1));
        Close(all.Events!, none.Events!);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void EncodeLast_gives_the_latest_events_and_indicators_of_Encode(int experts, int topK, bool shared, int[]? sparse)
    {
        using var model = Model(experts, topK, shared, sparse);
        var input = Packed.Users(_data, 1, 2, 7, 8, 16);
        var all = model.Encode(input, [0, 2], events: true, null);
        var last = model.EncodeLast(input, [0, 2]);
        Close(all.Events!.index_select(0, input.Last!), last.Events!);
        Close(all.Indicators!, last.Indicators!);
        Close(last.Events!, model.EncodeLast(input, []).Events!);
        Assert.Null(model.EncodeLast(Packed.Users(_data, 0, 9), [0]).Events); // no events, no latest one
    }

    [Fact]
    public void Encode_of_users_without_events_gives_finite_indicators_that_profiles_alone_tell_apart()
    {
        using var model = Model(4, 2, shared: false, null);
        var output = model.Encode(Packed.Users(_data, 0, 9, 18), [0, 1], events: true, null); // lengths 0

        Assert.Equal(0, output.Events!.shape[0]);
        Assert.True(output.Indicators!.isfinite().all().item<bool>());
        Assert.False(output.Indicators![0].allclose(output.Indicators[1], 1e-4, 1e-4));
    }

    [Fact]
    public void Encode_asked_for_nothing_gives_nothing()
    {
        using var model = Model(4, 2, shared: false, null);
        var output = model.Encode(Packed.Users(_data, 3, 4), [], events: false, null);
        Assert.Null(output.Events);
        Assert.Null(output.Indicators);
    }

    [Fact]
    public void Encode_without_random_drops_nothing_and_with_it_drops_something()
    {
        using var model = Model(4, 2, shared: false, null);
        var input = Packed.Users(_data, 3, 4, 5);
        using var random = new RandomSource(1, TestDevice.Current);

        var first = model.Encode(input, [0], events: false, null).Indicators!;

        Assert.True(first.equal(model.Encode(input, [0], events: false, null).Indicators!).all().item<bool>());
        Assert.False(first.allclose(model.Encode(input, [0], events: false, random).Indicators!));
    }

    [Fact]
    public void To_another_type_moves_every_weight_that_the_model_uses()
    {
        using var model = Model(4, 2, shared: true, null);
        var input = Packed.Users(_data, 3, 4);
        var single = model.Encode(input, [0], events: true, null).Indicators!;

        model.to(ScalarType.Float64).to(ScalarType.Float32);

        // The moved weights are the ones computed with: a gradient arrives at each.
        var moved = model.Encode(input, [0, 1, 2, 3], events: true, null);
        Close(single.select(1, 0), moved.Indicators!.select(1, 0));
        (moved.Indicators.square().sum() + moved.Events!.square().sum()).backward();
        Assert.DoesNotContain(model.parameters(), p => p.grad is null);
    }

    private SuperMoeModel Model(int experts, int topK, bool shared, int[]? sparse)
    {
        var options = TinyShop.Model();
        options.Moe = new MoeOptions { Experts = experts, TopK = topK, SharedExpert = shared, SparseBlocks = sparse };
        return Packed.Model(_data, options);
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, Tolerance, Tolerance), $"They differ by {(actual - expected).abs().sum().item<float>()} in all.");
    }
}
