using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Model.MoE;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Model.MoE;

public sealed class SparseMoeTests
{
    [Theory]
    [InlineData(4, 1, false)]
    [InlineData(4, 3, true)]
    [InlineData(2, 2, true)]
    public void Apply_equals_a_loop_over_tokens_and_their_experts(int experts, int topK, bool shared)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        using var moe = new SparseMoe(8, 16, new MoeOptions { Experts = experts, TopK = topK, SharedExpert = shared }, generator);
        moe.to(TestDevice.Current);
        var weights = moe.state_dict();
        var x = TestDevice.Normal(3, 13, 8);

        var (y, router) = moe.Apply(x, ComputePrecision.Float32);

        var (_, gates) = moe.Router.Route(x);
        for (var t = 0; t < 13; t++)
        {
            var expected = shared ? Expert(x[t], weights["shared.w1.weight"].t(), weights["shared.w2.weight"].t()) : zeros_like(x[t]);
            for (var k = 0; k < topK; k++)
            {
                var e = router!.Experts[t, k].item<long>();
                expected += gates[t, k] * Expert(x[t], weights["w1"][e], weights["w2"][e]);
            }
            Assert.True(y[t].allclose(expected, 1e-4, 1e-5));
        }
        Assert.True(y.allclose(GroupedFeedForward.Reference(x, router!.Experts, gates, weights["w1"], weights["w2"]) + (shared ? Shared() : 0), 1e-4, 1e-5));

        Tensor Shared() => matmul(nn.functional.gelu(matmul(x, weights["shared.w1.weight"].t())), weights["shared.w2.weight"].t());

        static Tensor Expert(Tensor token, Tensor w1, Tensor w2) => matmul(nn.functional.gelu(matmul(token, w1)), w2);
    }
}
