using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Tests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

/// <summary>That sums and gradients are right is in <c>EventAttentionTests</c>.</summary>
public sealed class AttentionFunctionTests : IDisposable
{
    private const string NeedsVectors = "This processor has no vectors of 512 bits.";
    private const int Heads = 2;
    private const int Size = 64;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [SkippableFact]
    public void A_users_bits_depend_neither_on_the_others_nor_on_the_threads()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        int[] lengths = [.. Enumerable.Range(0, 300).Select(u => u * 7 % 50)]; // some without events
        var projected = Normal(4, lengths.Sum() + lengths.Length, 3 * Size);
        Assert.True(Parts(lengths) > 1 || get_num_threads() == 1);
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

    [SkippableFact]
    public void Heads_of_few_long_users_are_shared_out_and_give_the_same_bits()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        int[] lengths = [700, 900];
        var projected = Normal(4, lengths.Sum() + lengths.Length, 3 * Size);
        Assert.True(Parts(lengths) > 2 || get_num_threads() == 1);
        var several = Run(lengths, projected);
        using var alone = ThreadShare.Enter(1);
        var single = Run(lengths, projected);

        Assert.Equal(TestDevice.Read(single.Seen), TestDevice.Read(several.Seen));
        Assert.Equal(TestDevice.Read(single.Gradient), TestDevice.Read(several.Gradient));
    }

    [SkippableFact]
    public void The_latest_event_of_a_user_without_events_sees_nothing()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        var x = Normal(4, 5 + 3, 3 * Size).requires_grad_();

        var (seen, _) = AttentionFunction.Apply(x, Tokens(0, 3, 2), Heads, EventStates.Last, looks: false);
        var gradient = autograd.grad([seen], [x], [ones_like(seen)])[0];

        Assert.Equal(0, seen[0].abs().sum().item<float>());
        Assert.False(seen.isnan().any().item<bool>());
        Assert.Equal(x.shape, gradient.shape);
        Assert.False(gradient.isnan().any().item<bool>());
        Assert.Equal(0, gradient.narrow(0, 0, 2).narrow(1, 0, Size).abs().sum().item<float>()); // queries of events that are not the latest
    }

    [SkippableFact]
    public void The_backward_pass_needs_no_tensor_of_the_callers()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        var x = Normal(4, 9 + 2, 3 * Size).requires_grad_();
        var expected = Gradient(x, dispose: false);

        Assert.Equal(TestDevice.Read(expected), TestDevice.Read(Gradient(x, dispose: true)));

        static Tensor Gradient(Tensor x, bool dispose)
        {
            var tokens = Tokens(6, 3);
            var twice = x * 2;
            var (seen, _) = AttentionFunction.Apply(twice, tokens, Heads, EventStates.All, looks: false);
            if (dispose)
            {
                twice.Dispose();
                tokens.Unpad!.Dispose();
                tokens.Mask!.Dispose();
            }
            return autograd.grad([seen], [x], [ones_like(seen)])[0];
        }
    }

    [SkippableFact]
    public void A_mask_of_another_shape_is_refused()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        var tokens = Tokens(4, 2);
        foreach (var mask in new[] { zeros(2, 1, 1, 3), zeros(1, 1, 1, 4), zeros(2, 1, 2, 4) }) // T is 1
        {
            var error = Assert.Throws<ArgumentException>(() => new AttentionWork(tokens with { Mask = mask }, Heads, Size, EventStates.All, keeps: false));
            Assert.Contains("2 users, 1 indicators", error.Message, StringComparison.Ordinal);
        }
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

    private static int Parts(int[] lengths)
    {
        using var work = new AttentionWork(Tokens(lengths), Heads, Size, EventStates.All, keeps: false);
        return work.Parts;
    }

    // One indicator a user.
    private static AttentionTokens Tokens(params int[] lengths)
    {
        var input = Packed.Lengths(lengths);
        return new AttentionTokens(input.Events, input.Users, input.MaxLength, 1, input.Unpad?.cpu(), input.Mask?.cpu());
    }

    private static Tensor Normal(int seed, params long[] shape) => TestDevice.Normal(seed, shape).cpu();
}
