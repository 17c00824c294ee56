using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The weighted cross-entropy of a softmax over V vectors, without ever holding all (n, V) logits: a chunk of rows at a time, small enough for the
/// processor's cache, gives its loss and its gradients at once, and is forgotten.
/// n rows, V vectors, D dimension.
/// </summary>
internal static class SoftmaxCrossEntropy
{
    private const long ChunkLogits = 1L << 22; // 16 MiB of float32

    /// <param name="x">(n, D).</param>
    /// <param name="w">(V, D).</param>
    /// <param name="targets">(n) int64, 0..V-1.</param>
    /// <param name="weights">(n): the rows' weights.</param>
    /// <returns>A tensor of no dimensions: the sum over rows of weight × loss.</returns>
    public static Tensor Apply(Tensor x, Tensor w, Tensor targets, Tensor weights)
    {
        using var scope = NewDisposeScope();
        Tensor[] parts;
        using (no_grad())
        {
            parts = TorchScript.CallMany("softmax_cross_entropy", x.detach(), w.detach(), targets, weights, tensor(Math.Max(1, ChunkLogits / w.shape[0])));
        }
        // Linear in x and w with the gradients as slopes, and shifted to the loss's value: autograd sees the right gradients.
        var slope = (x * parts[1]).sum() + (w * parts[2]).sum();
        return (slope + (parts[0].squeeze(0) - slope.detach())).MoveToOuterDisposeScope();
    }

    /// <summary>The same with all logits at once.</summary>
    public static Tensor Reference(Tensor x, Tensor w, Tensor targets, Tensor weights) =>
        (nn.functional.cross_entropy(matmul(x, w.t()), targets, reduction: nn.Reduction.None) * weights).sum();
}
