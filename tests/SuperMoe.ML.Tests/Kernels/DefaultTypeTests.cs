using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

/// <summary>Torch's default type is the process's, and the user's to set: kernels that write memory themselves must not depend on it.</summary>
[Collection(nameof(Alone))]
public sealed class DefaultTypeTests
{
    [Fact]
    public void Kernels_give_float32_whatever_the_default_type()
    {
        using var scope = NewDisposeScope();
        var before = get_default_dtype();
        try
        {
            set_default_dtype(ScalarType.Float64);
            var x = ones([6, 8], ScalarType.Float32, CPU);
            var (probabilities, experts, gates) = ExpertRouting.Apply(x.narrow(1, 0, 4), zeros([4], ScalarType.Float32, CPU), 2);
            var w = ones([4, 8, 8], ScalarType.Float32, CPU);
            var y = GroupedFeedForward.Apply(x, experts, gates, w, w);
            var (sums, losses) = ExponentialRows.Apply(x.clone(), zeros([6], ScalarType.Int64, CPU));
            using var random = new RandomSource(1, CPU);
            Tensor[] results = [probabilities, gates, y, sums, losses, random.Mask([6, 8], 0.5), HostCopy.Of([1f], CPU), PackedEvents.Pool(x, null, 2, 3, 1)];

            Assert.All(results, r => Assert.Equal(ScalarType.Float32, r.dtype));
            Assert.Equal(0.25f, probabilities[0, 0].item<float>(), 1e-6f);
            Assert.Equal(8f, sums[0, 0].item<float>(), 1e-5f);
        }
        finally
        {
            set_default_dtype(before);
        }
    }
}
