using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

/// <summary>That the sums are right is in <c>EventAttentionTests</c>.</summary>
public sealed class AttentionScoringTests : IDisposable
{
    private const int Heads = 2;
    private const int Size = 64;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _off = no_grad();

    public void Dispose()
    {
        _off.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_users_bits_depend_neither_on_the_others_nor_on_the_threads()
    {
        if (!SmallProducts.Suits) { return; }
        int[] lengths = [.. Enumerable.Range(0, 150).Select(u => u * 7 % 50)]; // some without events, and rows for several threads
        var (projected, all) = Run(lengths);
        var first = 0;
        for (var u = 0; u < lengths.Length; first += lengths[u++])
        {
            var own = cat([projected.narrow(0, first, lengths[u]), projected.narrow(0, lengths.Sum() + u, 1)]);
            var alone = Run([lengths[u]], own).Seen;
            Assert.Equal(TestDevice.Read(cat([all.narrow(0, first, lengths[u]), all.narrow(0, lengths.Sum() + u, 1)])), TestDevice.Read(alone));
        }
    }

    [Fact]
    public void The_latest_event_of_a_user_without_events_sees_nothing()
    {
        if (!SmallProducts.Suits) { return; }
        var seen = Run([3, 0, 2], states: EventStates.Last).Seen;

        Assert.Equal(0, seen[1].abs().sum().item<float>());
        Assert.False(seen.isnan().any().item<bool>());
    }

    [Fact]
    public void Suits_no_gradients_no_other_type_and_no_heads_of_broken_vectors()
    {
        var x = Normal(3, 4, Size);

        Assert.Equal(SmallProducts.Suits, AttentionScoring.Suits(x, Heads, null));
        Assert.Equal(SmallProducts.Suits, AttentionScoring.Suits(x, Heads, zeros(2, 1, 1, 2)));
        Assert.False(AttentionScoring.Suits(x, 8, null)); // 8 numbers each
        Assert.False(AttentionScoring.Suits(x.to(ScalarType.BFloat16), Heads, null));
        Assert.False(AttentionScoring.Suits(x, Heads, zeros(2, 1, 3, 2))); // not the same for all indicators
        using var on = enable_grad();
        Assert.False(AttentionScoring.Suits(x, Heads, null));
    }

    private static (Tensor Projected, Tensor Seen) Run(int[] lengths, Tensor? projected = null, EventStates states = EventStates.All)
    {
        var input = Packed.Lengths(lengths);
        projected ??= Normal(4, input.Events + input.Users, 3 * Size);
        var seen = AttentionScoring.Run(
            projected, [input.Events, input.Users, input.MaxLength, Heads, 1, (long)states], input.Unpad?.cpu(), input.Mask?.cpu());
        return (projected, seen);
    }

    private static Tensor Normal(int seed, params long[] shape) => TestDevice.Normal(seed, shape).cpu();
}
