using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class ExpertRoutingTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(700, 8, 1)]
    [InlineData(700, 8, 2)]
    [InlineData(33, 13, 5)]
    [InlineData(9, 4, 4)]
    [InlineData(50, 16, 2)]
    [InlineData(50, 20, 3)] // several vectors, of which the last is not full
    [InlineData(50, 64, 2)]
    [InlineData(50, 100, 70)] // more than a mask tells
    public void Apply_equals_torch_in_value_and_gradient(int tokens, int experts, int k)
    {
        using var scope = NewDisposeScope();
        var bias = TestDevice.Normal(3, experts) * 0.1;
        var incoming = TestDevice.Normal(4, tokens, k);
        var (fast, fastGradient) = Run(ExpertRouting.Apply);
        var (plain, plainGradient) = Run(ExpertRouting.Reference);

        Assert.True(fast.Experts.equal(plain.Experts).all().item<bool>());
        Assert.True(fast.Probabilities.allclose(plain.Probabilities, 1e-5, 1e-7));
        Assert.True(fast.Gates.allclose(plain.Gates, 1e-5, 1e-6));
        Assert.True(fastGradient.allclose(plainGradient, 1e-4, 1e-6));

        ((Tensor Probabilities, Tensor Experts, Tensor Gates) Output, Tensor Gradient) Run(Func<Tensor, Tensor, int, (Tensor, Tensor, Tensor)> route)
        {
            var logits = (TestDevice.Normal(5, tokens, experts) * 3).requires_grad_();
            (Tensor Probabilities, Tensor Experts, Tensor Gates) output = route(logits, bias, k);
            return (output, autograd.grad([output.Gates], [logits], [incoming])[0]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_bias_of_each_token_selects_as_torch_does(int k)
    {
        using var scope = NewDisposeScope();
        var (logits, bias) = (TestDevice.Normal(5, 700, 13), TestDevice.Normal(3, 700, 13) * 0.1);
        var (fast, plain) = (ExpertRouting.Apply(logits, bias, k), ExpertRouting.Reference(logits, bias, k));
        Assert.True(fast.Experts.equal(plain.Experts).all().item<bool>());
        Assert.True(fast.Gates.allclose(plain.Gates, 1e-5, 1e-6));
        Assert.False(fast.Experts.equal(ExpertRouting.Apply(logits, bias[0], k).Experts).all().item<bool>());
    }

    [Fact]
    public void Apply_of_logits_that_are_not_numbers_still_names_experts()
    {
        using var scope = NewDisposeScope();
        var logits = full([3, 4], float.NaN, device: TestDevice.Current);
        var (_, experts, gates) = ExpertRouting.Apply(logits, zeros(4, device: TestDevice.Current), 2);
        Assert.All(experts.cpu().data<long>().ToArray(), e => Assert.InRange(e, 0, 3));
        Assert.All(TestDevice.Read(gates), g => Assert.True(float.IsNaN(g)));
    }

    [Fact]
    public void Gates_are_numbers_where_all_selected_probabilities_are_zero()
    {
        using var scope = NewDisposeScope();
        var logits = TestDevice.Tensor([0f, -200, -200], 1, 3);
        var bias = TestDevice.Tensor([0f, 5, 5], 3);
        Assert.Equal([0.5f, 0.5f], TestDevice.Read(ExpertRouting.Apply(logits, bias, 2).Gates));
        Assert.Equal([0.5f, 0.5f], TestDevice.Read(ExpertRouting.Reference(logits, bias, 2).Gates));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Apply_of_no_tokens_gives_none(int k)
    {
        using var scope = NewDisposeScope();
        var logits = zeros([0, 4], device: TestDevice.Current).requires_grad_();
        var (probabilities, experts, gates) = ExpertRouting.Apply(logits, zeros(4, device: TestDevice.Current), k);
        gates.sum().backward();

        Assert.Equal([0, 4], probabilities.shape);
        Assert.Equal([0, k], experts.shape);
        Assert.Equal([0, k], gates.shape);
        Assert.Equal([0, 4], logits.grad!.shape);
    }

    [Fact]
    public void A_graph_without_a_backward_pass_is_freed()
    {
        var kept = new List<WeakReference>();
        for (var i = 0; i < 5; i++) { kept.Add(Forward()); }
        for (var i = 0; i < 10 && kept.Any(k => k.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.DoesNotContain(kept, k => k.IsAlive);

        // What the graph holds: an object that lives as long as the node in front of the router.
        static WeakReference Forward()
        {
            using var scope = NewDisposeScope();
            var held = new Held();
            var logits = Holding.apply(TestDevice.Normal(5, 20, 4).requires_grad_(), held);
            ExpertRouting.Apply(logits, zeros(4, device: TestDevice.Current), 2);
            return new WeakReference(held);
        }
    }

    private sealed class Held;

    private sealed class Holding : autograd.SingleTensorFunction<Holding>
    {
        public override string Name => nameof(Holding);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("held", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output.alias(), null!];
    }
}
