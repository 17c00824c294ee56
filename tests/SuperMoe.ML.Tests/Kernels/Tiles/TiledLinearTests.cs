using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels.Tiles;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels.Tiles;

public sealed class TiledLinearTests
{
    private const string NoShare = "This system does not let a thread compute alone.";

    [SkippableTheory]
    [InlineData(96, 32, 32, ScalarType.Float32)]
    [InlineData(531, 64, 192, ScalarType.Float32)] // several batches, and rows that fill no group
    [InlineData(258, 96, 160, ScalarType.Float32)] // panels that are not full
    [InlineData(531, 64, 192, ScalarType.BFloat16)]
    [InlineData(258, 96, 160, ScalarType.BFloat16)]
    [InlineData(259, 160, 96, ScalarType.BFloat16)] // an odd number of rows
    public void Products_and_gradients_agree_with_those_of_torch(int rows, int size, int columns, ScalarType compute)
    {
        Skip.IfNot(compute == ScalarType.Float32 ? Float32Word.Suits : BFloat16Pair.Suits, "This processor has no such products.");
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor[] leaves = [randn([rows, size], generator: generator), randn([columns, size], generator: generator), randn(columns, generator: generator)];
        var direction = randn([rows, columns], generator: generator);
        var tolerance = compute == ScalarType.Float32 ? 1e-5 : 0.01;

        Tensor[] ours;
        using (ThreadShare.Enter(1))
        {
            Skip.If(SideBySide.Threads > 1, NoShare);
            ours = Run(l => TiledLinear.Apply(l[0], l[1], l[2], compute)!);
        }
        var torchs = Run(l => nn.functional.linear(l[0], l[1], l[2]));

        for (var i = 0; i < ours.Length; i++)
        {
            Assert.Equal(ScalarType.Float32, ours[i].dtype);
            Assert.True((ours[i] - torchs[i]).norm().item<float>() <= tolerance * torchs[i].norm().item<float>());
        }

        Tensor[] Run(Func<Tensor[], Tensor> linear)
        {
            Tensor[] own = [.. leaves.Select(l => l.clone().requires_grad_())];
            var y = linear(own);
            y.backward([direction]);
            return [y.detach(), .. own.Select(l => l.grad!)];
        }
    }

    [SkippableFact]
    public void It_is_not_for_few_rows_odd_sizes_several_threads_or_what_needs_no_gradient()
    {
        using var scope = NewDisposeScope();
        using (ThreadShare.Enter(1))
        {
            Skip.If(SideBySide.Threads > 1, NoShare);
            Assert.Null(Apply(95, 32, 32));
            Assert.Null(Apply(200, 24, 32));
            Assert.Null(Apply(200, 32, 40));
            Assert.Equal(Float32Word.Suits, Apply(200, 32, 32) is not null);
            Assert.Null(TiledLinear.Apply(ones([200, 32]), ones([32, 64]).requires_grad_(), ones(32), ScalarType.Float32)); // sizes that do not agree
            Assert.Null(TiledLinear.Apply(ones([200, 32]), ones([32, 32]).requires_grad_(), ones(1), ScalarType.Float32));
            Assert.Null(TiledLinear.Apply(ones([200, 32]), ones([32, 32]), ones(32), ScalarType.Float32)); // nothing learns
            using var off = no_grad();
            Assert.Null(Apply(200, 32, 32));
        }
        using var several = ThreadShare.Enter(2);
        Assert.Null(Apply(200, 32, 32));

        static Tensor? Apply(int rows, int size, int columns) =>
            TiledLinear.Apply(ones([rows, size]), ones([columns, size]).requires_grad_(), ones(columns).requires_grad_(), ScalarType.Float32);
    }
}
