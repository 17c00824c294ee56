using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Kernels;

// The pool is the whole process's: another test might take what one here has given back.
[Collection(nameof(Alone))]
public sealed class TensorPoolTests
{
    private const long Count = 3_217_777; // a size that nothing else here asks for

    [Fact]
    public void What_was_given_back_is_taken_again_for_a_like_size_and_type()
    {
        using var scope = NewDisposeScope();
        var first = TensorPool.Take(ScalarType.Float32, Count);
        TensorPool.Give(first);

        var other = TensorPool.Take(ScalarType.BFloat16, Count);
        var larger = TensorPool.Take(ScalarType.Float32, 5 * Count);
        var again = TensorPool.Take(ScalarType.Float32, Count - 5);

        Assert.NotSame(first, other);
        Assert.NotSame(first, larger);
        Assert.Same(first, again);
        Assert.Equal(ScalarType.BFloat16, other.dtype);
        Assert.True(larger.numel() >= 5 * Count);
        foreach (var tensor in new[] { other, larger, again }) { tensor.Dispose(); }
    }

    [Fact]
    public void Gradient_that_is_recycled_serves_the_next_of_the_same_size()
    {
        using var scope = NewDisposeScope();
        using var weight = empty([7, 11, 2_003]);
        var first = TensorPool.Like(weight);
        var address = RawMemory.Start(first, ScalarType.Float32);
        TensorPool.Recycle(first);
        using var smaller = TensorPool.Like(weight[..6]);
        using var again = TensorPool.Like(weight);
        using var another = TensorPool.Like(weight);

        Assert.True(first.IsInvalid);
        Assert.Equal(weight.shape, again.shape);
        Assert.Equal(address, RawMemory.Start(again, ScalarType.Float32));
        Assert.NotEqual(address, RawMemory.Start(smaller, ScalarType.Float32));
        Assert.NotEqual(address, RawMemory.Start(another, ScalarType.Float32));
    }

    [Fact]
    public void Two_takers_never_have_the_same_memory()
    {
        using var pooled = new PooledTensors();
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 8).Select(i => pooled.Make(ScalarType.Float32, 10, 100).fill_(i)).ToArray();
        for (var i = 0; i < parts.Length; i++) { Assert.True(parts[i].eq(i).all().item<bool>()); }
    }

    [Fact]
    public void More_than_the_bound_is_not_kept()
    {
        var large = TensorPool.Take(ScalarType.Float32, 70L << 20); // 280 MiB, of which nothing is touched
        TensorPool.Give(large);
        Assert.True(large.IsInvalid);
    }
}
