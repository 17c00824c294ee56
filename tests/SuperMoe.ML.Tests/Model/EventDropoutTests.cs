using SuperMoe.ML.Data;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model;

/// <summary>Event dropout hides events from indicators, and from nothing else. Other dropout is off here.</summary>
public sealed class EventDropoutTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly BehaviorDataset _data = TinyShop.Data(TinyShop.AllTasks);
    private readonly RandomSource _random = new(1, TestDevice.Current);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Events_are_as_without_it_and_indicators_are_not()
    {
        using var model = Model(0.9);
        var input = Packed.Users(_data, 3, 4, 5, 6, 7, 8);
        var plain = model.Encode(input, [0, 1, 2], events: true, null);
        var dropped = model.Encode(input, [0, 1, 2], events: true, _random);

        Assert.True(Same(plain.Events!, dropped.Events!));
        Assert.False(Same(plain.Indicators!, dropped.Indicators!));
    }

    [Fact]
    public void Indicators_of_one_user_miss_events_of_their_own()
    {
        using var model = Model(0.5);
        using (no_grad())
        {
            var tokens = model.get_parameter("indicators")!;
            tokens[1].copy_(tokens[0]); // so only the events that they see tell the two apart
        }
        var input = Packed.Users(_data, 6, 7, 8, 15, 16, 17);
        var plain = model.Encode(input, [0, 1], events: false, null).Indicators!;
        var dropped = model.Encode(input, [0, 1], events: false, _random).Indicators!;

        Assert.True(Same(plain.select(1, 0), plain.select(1, 1)));
        Assert.Contains(Enumerable.Range(0, 6), u => !Same(dropped[u][0], dropped[u][1]));
        Assert.False(Same(plain.select(1, 0), dropped.select(1, 0)));
        Assert.False(Same(plain.select(1, 1), dropped.select(1, 1)));
    }

    [Fact]
    public void The_output_tells_which_events_the_first_indicator_missed()
    {
        using var model = Model(0.5);
        var input = Packed.Users(_data, 3, 4, 5, 6, 7, 8, 12, 13);
        var output = model.Encode(input, [0, 1], events: false, _random, looks: true);

        var looks = output.Looks[0].select(1, 0).narrow(1, 0, input.MaxLength).reshape(-1).index_select(0, input.Unpad!); // of block 0, by events
        var hidden = output.Hidden!.index_select(0, input.Unpad!);
        Assert.Equal([input.Users * input.MaxLength], output.Hidden!.shape);
        Assert.Equal(TestDevice.Read(hidden), TestDevice.Read(looks.eq(0).to(float32)));
        Assert.InRange(hidden.sum().item<float>(), 3, input.Events - 3);
        Assert.Null(model.Encode(input, [0, 1], events: false, null).Hidden);
    }

    [Fact]
    public void A_user_s_hidden_events_are_not_another_s()
    {
        using var model = Model(0.5);
        int[] copies = [8, 8, 8, 8];
        var plain = model.Encode(Packed.Users(_data, copies), [0], events: false, null).Indicators!;
        var dropped = model.Encode(Packed.Users(_data, copies), [0], events: false, _random).Indicators!;

        Assert.True(Same(plain[0], plain[1]));
        Assert.Contains(Enumerable.Range(1, 3), u => !Same(dropped[0], dropped[u]));
    }

    [Fact]
    public void None_of_it_leaves_everything_as_in_inference()
    {
        using var model = Model(0);
        var input = Packed.Users(_data, 3, 0, 5, 8);
        var plain = model.Encode(input, [0, 1, 2], events: true, null);
        var same = model.Encode(input, [0, 1, 2], events: true, _random);

        Assert.True(plain.Events!.equal(same.Events!).all().item<bool>());
        Assert.True(plain.Indicators!.equal(same.Indicators!).all().item<bool>());
    }

    [Theory]
    [InlineData(0, 9, 18)] // none has events
    [InlineData(0, 1, 8)]
    [InlineData(1, 10, 19)] // one event each, and most of them hidden
    public void Users_whose_events_are_none_or_all_hidden_stay_finite(params int[] users)
    {
        using var model = Model(0.99);
        var output = model.Encode(Packed.Users(_data, users), [0, 1, 2], events: true, _random);
        output.Indicators!.square().sum().backward();

        Assert.True(output.Events!.isfinite().all().item<bool>());
        Assert.True(output.Indicators.isfinite().all().item<bool>());
        Assert.All(model.parameters().Where(p => p.grad is not null), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Users_without_events_are_as_without_it()
    {
        using var model = Model(0.9);
        var plain = model.Encode(Packed.Users(_data, 0, 8), [0, 1], events: false, null).Indicators!;
        var dropped = model.Encode(Packed.Users(_data, 0, 8), [0, 1], events: false, _random).Indicators!;

        Assert.True(Same(plain[0], dropped[0]));
    }

    private SuperMoeModel Model(double eventDropout)
    {
        var options = TinyShop.Model();
        (options.Dropout, options.EventDropout) = (0, eventDropout);
        return Packed.Model(_data, options);
    }

    private static bool Same(Tensor expected, Tensor actual) => actual.allclose(expected, Tolerance, Tolerance);
}
