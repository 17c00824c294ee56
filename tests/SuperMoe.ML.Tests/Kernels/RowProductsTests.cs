using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class RowProductsTests
{
    private const string NeedsVectors = "This processor has no vectors of 512 bits.";

    [Theory]
    [InlineData(1, 12, 5)]
    [InlineData(2048, 12, 5)]
    [InlineData(2049, 12, 5)] // not of whole vectors
    [InlineData(5000, 12, 5)]
    [InlineData(2049, 16, 5)]
    [InlineData(4099, 48, 8)]
    [InlineData(5000, 64, 64)]
    [InlineData(4101, 80, 21)]
    [InlineData(2050, 128, 70)]
    [InlineData(2100, 512, 80)]
    [InlineData(2100, 512, 300)] // too large for the near caches
    public void Products_and_gradients_agree_with_those_of_torch(int rows, int size, int columns)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([rows, size], generator: generator), randn([columns, size], generator: generator));
        var direction = randn([rows, columns], generator: generator);

        var ours = Run(RowProducts.Linear);
        var torchs = Run((a, b) => nn.functional.linear(a, b));

        for (var i = 0; i < ours.Length; i++) { Assert.True(allclose(ours[i], torchs[i], rtol: 1e-4, atol: 1e-3)); }

        Tensor[] Run(Func<Tensor, Tensor, Tensor> linear)
        {
            var (a, b) = (x.clone().requires_grad_(), w.clone().requires_grad_());
            var y = linear(a, b);
            y.backward([direction]);
            return [y.detach(), a.grad!, b.grad!];
        }
    }

    [Theory]
    [InlineData(96, 16, 5, true)]
    [InlineData(97, 64, 192, true)]
    [InlineData(100, 64, 70, true)]
    [InlineData(131, 48, 64, false)]
    [InlineData(100, 128, 330, true)]
    [InlineData(2500, 32, 21, true)]
    public void Affine_products_agree_with_those_of_torch(int rows, int size, int columns, bool withBias)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        using var off = no_grad();
        var (w, b) = (randn([columns, size], generator: generator), withBias ? randn(columns, generator: generator) : null);
        foreach (var x in (Tensor[])[randn([rows, size], generator: generator), randn([size, rows], generator: generator).t()])
        {
            var ours = RowProducts.Affine(x, w, b);
            if (!SmallProducts.Suits)
            {
                Assert.Null(ours);
                continue;
            }
            Assert.Equal([rows, columns], ours!.shape);
            Assert.True(allclose(ours, nn.functional.linear(x, w, b), rtol: 1e-5, atol: 1e-4));
        }
    }

    [Fact]
    public void Affine_products_are_left_to_torch_where_it_is_faster_or_alone_can()
    {
        using var scope = NewDisposeScope();
        var w = ones(16, 16);
        using (no_grad())
        {
            Assert.Null(RowProducts.Affine(ones(95, 16), w, null)); // few rows
            Assert.Null(RowProducts.Affine(ones(100, 12), ones(16, 12), null)); // not of whole vectors
            Assert.Null(RowProducts.Affine(ones(100, 512), ones(300, 512), null)); // too large for the near caches
            Assert.Null(RowProducts.Affine(ones(4, 100, 16), w, null));
            Assert.Null(RowProducts.Affine(ones(100, 32), w, null)); // not of the weight's size: torch says so
            Assert.Null(RowProducts.Affine(ones(100, 16), w, ones(15)));
            Assert.Null(RowProducts.Affine(ones(100, 16), ones(16, 32).narrow(1, 0, 16), null));
            Assert.Null(RowProducts.Affine(ones([100, 16], ScalarType.Float64), w, null));
        }
        Assert.Null(RowProducts.Affine(ones(100, 16), w, null)); // with gradients
    }

    [SkippableFact]
    public void Affine_products_of_a_row_are_the_same_bits_whatever_is_beside_it_and_whoever_computes()
    {
        Skip.IfNot(SmallProducts.Suits, NeedsVectors);
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        using var off = no_grad();
        var (x, w, b) = (randn([5000, 32], generator: generator), randn([70, 32], generator: generator), randn(70, generator: generator));
        using var all = Of(2, x);
        using var alone = Of(1, x);
        using var few = Of(1, x.narrow(0, 2001, 101));
        Assert.True(all.eq(alone).all().item<bool>());
        Assert.True(all.narrow(0, 2001, 101).eq(few).all().item<bool>());

        Tensor Of(int threads, Tensor rows)
        {
            using var share = ThreadShare.Enter(threads);
            return RowProducts.Affine(rows, w, b)!;
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(32)]
    public void Without_gradients_products_are_the_same_to_the_bit(int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([5000, size], generator: generator).requires_grad_(), randn([5, size], generator: generator));
        var with = RowProducts.Linear(x, w);
        using var off = no_grad();
        var without = RowProducts.Linear(x, w);

        Assert.True(with.requires_grad);
        Assert.False(without.requires_grad);
        Assert.True(with.eq(without).all().item<bool>());
    }

    [Theory]
    [InlineData(12)]
    [InlineData(32)]
    public void Gradients_are_the_same_to_the_bit_whoever_computes_them(int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (x, w) = (randn([9000, size], generator: generator), randn([5, size], generator: generator));
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
