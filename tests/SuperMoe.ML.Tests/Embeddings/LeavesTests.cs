using SuperMoe.ML.Embeddings;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tests.Embeddings;

public sealed class LeavesTests
{
    [Fact]
    public void Gradients_stay_apart_from_the_weights_and_from_other_threads()
    {
        using var scope = NewDisposeScope();
        var weight = TestDevice.Tensor([1f, 2f]).requires_grad_();
        var unused = TestDevice.Tensor([5f]).requires_grad_();
        var taken = new float[2][];
        Parallel.For(0, 2, worker =>
        {
            using var own = NewDisposeScope();
            using var leaves = new Leaves();
            using var use = leaves.Use();
            (Leaves.Of(weight) * Leaves.Of(weight)).sum().mul(worker + 1).backward();
            _ = Leaves.Of(unused);
            var (of, gradient) = Assert.Single(leaves.TakeGradients());
            Assert.Same(weight, of);
            taken[worker] = TestDevice.Read(gradient);
            gradient.Dispose();
        });

        Assert.Equal([2f, 4f], taken[0]);
        Assert.Equal([4f, 8f], taken[1]);
        Assert.Null(weight.grad);
        Assert.Null(unused.grad);
    }

    [Fact]
    public void A_leaf_is_the_weight_s_own_memory()
    {
        using var scope = NewDisposeScope();
        var weight = TestDevice.Tensor([1f, 2f]).requires_grad_();
        using var leaves = new Leaves();
        using var use = leaves.Use();
        var leaf = Leaves.Of(weight);
        Assert.NotSame(weight, leaf);
        Assert.Same(leaf, Leaves.Of(weight));
        using (no_grad()) { weight.mul_(3); }
        Assert.Equal([3f, 6f], TestDevice.Read(leaf));
    }

    [Fact]
    public void Without_leaves_and_for_what_needs_no_gradient_it_is_the_tensor_itself()
    {
        using var scope = NewDisposeScope();
        var weight = TestDevice.Tensor([1f]).requires_grad_();
        var buffer = TestDevice.Tensor([1f]);
        Assert.Same(weight, Leaves.Of(weight));
        using var leaves = new Leaves();
        using (leaves.Use()) { Assert.Same(buffer, Leaves.Of(buffer)); }
        Assert.Same(weight, Leaves.Of(weight));
    }
}
