using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class RowProductsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(5000)]
    public void Products_and_gradients_agree_with_those_of_torch(int rows)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([rows, 12], generator: generator), randn([5, 12], generator: generator));
        var direction = randn([rows, 5], generator: generator);

        var ours = Run(RowProducts.Linear);
        var torchs = Run((a, b) => nn.functional.linear(a, b));

        for (var i = 0; i < ours.Length; i++) { Assert.True(allclose(ours[i], torchs[i], rtol: 1e-4, atol: 1e-4)); }

        Tensor[] Run(Func<Tensor, Tensor, Tensor> linear)
        {
            var (a, b) = (x.clone().requires_grad_(), w.clone().requires_grad_());
            var y = linear(a, b);
            y.backward([direction]);
            return [y.detach(), a.grad!, b.grad!];
        }
    }

    [Fact]
    public void Without_gradients_products_are_the_same_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([5000, 12], generator: generator).requires_grad_(), randn([5, 12], generator: generator));
        var with = RowProducts.Linear(x, w);
        using var off = no_grad();
        var without = RowProducts.Linear(x, w);

        Assert.True(with.requires_grad);
        Assert.False(without.requires_grad);
        Assert.True(with.eq(without).all().item<bool>());
    }

    [Fact]
    public void Gradients_are_the_same_to_the_bit_whoever_computes_them()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([9000, 12], generator: generator), randn([5, 12], generator: generator));
        var (alone, shared) = (Gradients(1), Gradients(2));

        for (var i = 0; i < alone.Length; i++) { Assert.True(alone[i].eq(shared[i]).all().item<bool>()); }

        Tensor[] Gradients(int threads)
        {
            using var share = ThreadShare.Enter(threads);
            var (a, b) = (x.clone().requires_grad_(), w.clone().requires_grad_());
            RowProducts.Linear(a, b).square().sum().backward();
            return [a.grad!, b.grad!];
        }
    }
}
