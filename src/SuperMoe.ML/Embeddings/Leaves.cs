using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// Leaves in place of the weights that several threads share: the same memory, but gradients of their own, so that backward passes of
/// threads side by side do not add to one gradient, whose sum would depend on who came first. While they are in use on a thread, what modules compute
/// with there is the leaf that <see cref="Of"/> gives.
/// </summary>
internal sealed class Leaves : IDisposable
{
    [ThreadStatic]
    private static Leaves? s_current;

    private readonly Dictionary<nint, (Tensor Weight, Tensor Leaf)> _leaves = [];

    /// <summary>The calling thread's leaf of <paramref name="weight"/>; the weight itself where no gradients are kept apart, or it needs none.</summary>
    public static Tensor Of(Tensor weight)
    {
        if (s_current is not { } current || !weight.requires_grad) { return weight; }
        if (!current._leaves.TryGetValue(weight.Handle, out var pair))
        {
            pair = (weight, weight.detach().requires_grad_().DetachFromDisposeScope());
            current._leaves.Add(weight.Handle, pair);
        }
        return pair.Leaf;
    }

    /// <summary>Uses these leaves on the calling thread until what is returned is disposed there.</summary>
    public LeavesInUse Use()
    {
        s_current = this;
        return default;
    }

    /// <summary>The gradients of backward passes since the last call: the weights that were used, each with its gradient, for the caller to dispose.</summary>
    public List<(Tensor Weight, Tensor Gradient)> TakeGradients()
    {
        var gradients = new List<(Tensor, Tensor)>(_leaves.Count);
        foreach (var (weight, leaf) in _leaves.Values)
        {
            if (leaf.grad is not { } gradient) { continue; }
            gradients.Add((weight, gradient.DetachFromDisposeScope()));
            leaf.grad = null;
        }
        return gradients;
    }

    public void Dispose()
    {
        foreach (var (_, leaf) in _leaves.Values) { leaf.Dispose(); }
    }

    /// <summary>Ends the use of leaves on the thread.</summary>
    internal readonly struct LeavesInUse : IDisposable
    {
        public void Dispose() => s_current = null;
    }
}
