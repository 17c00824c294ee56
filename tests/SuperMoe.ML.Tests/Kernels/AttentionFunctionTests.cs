using SuperMoe.ML.Kernels;
using SuperMoe.ML.Tests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

/// <summary>That sums and gradients are right is in <c>EventAttentionTests</c>.</summary>
public sealed class AttentionFunctionTests : IDisposable
{
    private const int Heads = 2;
    private const int Size = 64;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_users_bits_depend_neither_on_the_others_nor_on_the_threads()
    {
        if (!SmallProducts.Suits) { return; }
        int[] lengths = [.. Enumerable.Range(0, 150).Select(u => u * 7 % 50)]; // some without events, and rows for several threads
        var projected = Normal(4, lengths.Sum() + lengths.Length, 3 * Size);
        var (seen, gradient) = Run(lengths, projected);
        var first = 0;
        for (var u = 0; u < lengths.Length; first += lengths[u++])
        {
            var (alone, alonesGradient) = Run([lengths[u]], Of(projected));
            Assert.Equal(TestDevice.Read(Of(seen)), TestDevice.Read(alone));
            Assert.Equal(TestDevice.Read(Of(gradient)), TestDevice.Read(alonesGradient));

            Tensor Of(Tensor rows) => cat([rows.narrow(0, first, lengths[u]), rows.narrow(0, lengths.Sum() + u, 1)]);
        }
    }

    [Fact]
    public void The_latest_event_of_a_user_without_events_sees_nothing()
    {
        if (!SmallProducts.Suits) { return; }
        var (seen, _) = AttentionFunction.Apply(Normal(4, 5 + 3, 3 * Size), Tokens(3, 0, 2), Heads, EventStates.Last, looks: false);

        Assert.Equal(0, seen[1].abs().sum().item<float>());
        Assert.False(seen.isnan().any().item<bool>());
    }

    [Fact]
    public void Suits_whole_vectors_on_the_processor()
    {
        Assert.Equal(SmallProducts.Suits, AttentionWork.Suits(Normal(3, 7, Size), Heads, null));
        Assert.False(AttentionWork.Suits(Normal(3, 7, Size), 8, null)); // heads of 8 numbers
        Assert.False(AttentionWork.Suits(Normal(3, 7, Size), Heads, zeros(3, 1, 1, 2).transpose(0, 3))); // not in order
    }

    private static (Tensor Seen, Tensor Gradient) Run(int[] lengths, Tensor projected)
    {
        var x = projected.detach().requires_grad_();
        var (seen, _) = AttentionFunction.Apply(x, Tokens(lengths), Heads, EventStates.All, looks: false);
        return (seen, autograd.grad([seen], [x], [x.detach().narrow(1, 0, Size)])[0]);
    }

    // One indicator a user.
    private static AttentionTokens Tokens(params int[] lengths)
    {
        var input = Packed.Lengths(lengths);
        return new AttentionTokens(input.Events, input.Users, input.MaxLength, 1, input.Unpad?.cpu(), input.Mask?.cpu());
    }

    private static Tensor Normal(int seed, params long[] shape) => TestDevice.Normal(seed, shape).cpu();
}
