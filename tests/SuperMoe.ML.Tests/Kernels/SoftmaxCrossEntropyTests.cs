using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

public sealed class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(5, 7, false, 0)]
    [InlineData(300, 1000, false, 0, 32)] // tiles
    [InlineData(300, 1000, true, 0, 32)]
    [InlineData(97, 1031, false, 0, 64)] // of which the last ones are not full
    [InlineData(97, 1031, true, 0, 64)]
    [InlineData(97, 1031, false, 400, 96)]
    [InlineData(97, 1031, true, 400, 96)]
    [InlineData(16, 3, true, 2, 32)]
    [InlineData(16, 3, false, 2, 32)]
    [InlineData(700, 5000, false, 90, 64)]
    [InlineData(700, 5000, true, 90, 64)]
    [InlineData(33, 300_000, true, 0, 32)]
    [InlineData(33, 300_000, false, 0)] // several chunks
    [InlineData(300, 1000, false, 0)] // several threads, with as many
    [InlineData(5, 7, true, 0)]
    [InlineData(300, 1000, true, 0)]
    [InlineData(33, 300_000, true, 0)]
    [InlineData(5, 7, false, 3)]
    [InlineData(5, 7, true, 3)]
    [InlineData(300, 1000, false, 400)]
    [InlineData(33, 300_000, false, 50_000)]
    [InlineData(33, 300_000, true, 50_000)]
    public void Apply_equals_all_logits_at_once_in_value_and_gradient(int rows, int vectors, bool bfloat16, int leftOut, int size = 4)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        Tensor[] leaves = [TestDevice.Normal(12, rows, size) / Math.Sqrt(size / 4.0), TestDevice.Normal(13, vectors, size)];
        var targets = randint(vectors, [rows], ScalarType.Int64, generator: generator).to(TestDevice.Current);
        var weights = rand([rows], generator: generator).to(TestDevice.Current);
        var compute = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var lists = randint(2, [rows], ScalarType.Int64, generator: generator).to(TestDevice.Current);
        var columns = randint(vectors, [2, Math.Max(1, leftOut)], ScalarType.Int64, generator: generator).to(TestDevice.Current);
        columns[0, 0] = targets[0]; // a target is never left out
        lists[0] = 0;
        var without = leftOut == 0 ? null : new LeftOut(lists, columns);
        var (fast, fastGradients) = Run((x, w, t, k) => SoftmaxCrossEntropy.Apply(x, w, t, k, compute, without));
        var (composed, composedGradients) = RunComposed();
        var (plain, plainGradients) = Run((x, w, t, k) => SoftmaxCrossEntropy.Reference(x, w, t, k, without));

        Assert.Equal(plain, fast, bfloat16 ? plain * 4e-3 : 1e-3); // bfloat16 has 8 bits
        Assert.Equal(plain, composed, bfloat16 ? plain * 4e-3 : 1e-3);
        foreach (var (a, b) in fastGradients.Concat(composedGradients).Zip(plainGradients.Concat(plainGradients)))
        {
            // Sums of 300,000 float32 products differ by the order of summation already.
            Assert.True((a - b).norm().item<float>() <= (bfloat16 ? 0.01 : 1e-3) * b.norm().item<float>());
        }

        (float, IList<Tensor>) RunComposed()
        {
            var (loss, dx, dw) = SoftmaxCrossEntropy.Composed(leaves[0], leaves[1], targets, weights, compute, without);
            return (loss.item<float>(), [dx * 3, dw * 3]);
        }

        (float, IList<Tensor>) Run(Func<Tensor, Tensor, Tensor, Tensor, Tensor> function)
        {
            var inputs = leaves.Select(l => l.detach().clone().requires_grad_()).ToArray();
            var loss = function(inputs[0], inputs[1], targets, weights);
            return (loss.item<float>(), autograd.grad([loss * 3], inputs));
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Several_threads_share_the_vectors(bool bfloat16)
    {
        Skip.If(TestDevice.IsCuda);
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        var (x, w) = (TestDevice.Normal(12, 300, 32), TestDevice.Normal(13, 5000, 32) / 3);
        var targets = randint(5000, [300], ScalarType.Int64, generator: generator);
        var weights = rand([300], generator: generator);
        var leftOut = new LeftOut(randint(2, [300], ScalarType.Int64, generator: generator), randint(5000, [2, 700], ScalarType.Int64, generator: generator));
        var compute = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var (one, oneDx, oneDw) = Run(1);
        var (four, fourDx, fourDw) = Run(4);

        Assert.Equal(one, four, (bfloat16 ? 1e-3 : 1e-5) * one);
        foreach (var (a, b) in ((Tensor, Tensor)[])[(fourDx, oneDx), (fourDw, oneDw)]) { Assert.True((a - b).norm().item<float>() <= (bfloat16 ? 0.01 : 1e-4) * b.norm().item<float>()); }

        (float, Tensor, Tensor) Run(int threads)
        {
            using var share = ThreadShare.Enter(threads);
            Tensor[] leaves = [x.clone().requires_grad_(), w.clone().requires_grad_()];
            var loss = SoftmaxCrossEntropy.Apply(leaves[0], leaves[1], targets, weights, compute, leftOut);
            var gradients = autograd.grad([loss], leaves);
            return (loss.item<float>(), gradients[0], gradients[1]);
        }
    }

    [Fact]
    public void Apply_tells_the_loss_of_a_target_that_has_no_probability()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 1000f } }).to(TestDevice.Current).requires_grad_();
        var w = tensor(new[,] { { 1f }, { -1f } }).to(TestDevice.Current);
        var loss = SoftmaxCrossEntropy.Apply(x, w, tensor([1L]).to(TestDevice.Current), ones(1).to(TestDevice.Current));
        loss.backward();

        Assert.Equal(2000f, loss.item<float>(), 1e-3);
        Assert.Equal(2f, x.grad!.item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(4, ScalarType.Float32)]
    [InlineData(32, ScalarType.Float32)]
    [InlineData(32, ScalarType.BFloat16)]
    public void Apply_to_what_is_no_number_tells_so(int size, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var (x, w) = (TestDevice.Normal(1, 20, size), TestDevice.Normal(2, 50, size));
        w[30, 1] = float.NaN;
        Assert.True(float.IsNaN(SoftmaxCrossEntropy.Apply(x, w, zeros(20, ScalarType.Int64, TestDevice.Current), ones(20).to(TestDevice.Current), compute).item<float>()));
    }
}
