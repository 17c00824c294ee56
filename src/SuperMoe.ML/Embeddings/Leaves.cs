using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// A thread's own leaves in place of the weights that several threads share: the same memory, but gradients of its own, so that backward passes of
/// threads side by side do not add to one gradient, whose sum would depend on who came first. From <see cref="Enter"/> to <see cref="Dispose"/>, both
/// on one thread, what modules compute with is the leaf that <see cref="Of"/> gives.
/// </summary>
internal sealed class Leaves : IDisposable
{
    [ThreadStatic]
    private static Leaves? s_current;

    private readonly Dictionary<nint, (Tensor Weight, Tensor Leaf)> _leaves = [];

    private Leaves()
    {
    }

    /// <summary>Begins on the calling thread.</summary>
    public static Leaves Enter() => s_current = new Leaves();

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

    /// <summary>After a backward pass: the weights that were used, each with its gradient on this thread, for the caller to dispose.</summary>
    public List<(Tensor Weight, Tensor Gradient)> TakeGradients()
    {
        var gradients = new List<(Tensor, Tensor)>(_leaves.Count);
        foreach (var (weight, leaf) in _leaves.Values)
        {
            if (leaf.grad is { } gradient) { gradients.Add((weight, gradient.DetachFromDisposeScope())); }
        }
        return gradients;
    }

    public void Dispose()
    {
        s_current = null;
        foreach (var (_, leaf) in _leaves.Values) { leaf.Dispose(); }
    }
}
