using SuperMoe.ML.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The weighted cross-entropy of rows, each of which has a target of its own and all of which share U other candidates, with a number added to each
/// candidate's logits. A chunk of rows at a time gives its loss and its gradients at once, so that logits are written and read in the processor's cache.
/// n rows, U candidates, D dimension.
/// </summary>
internal static class SampledSoftmax
{
    private const long CacheLogits = 1L << 20; // 4 MiB of float32
    private const long DeviceLogits = 1L << 26; // where there is no such cache, chunks save memory only

    /// <param name="x">(n, D).</param>
    /// <param name="targets">(n, D): the rows' targets.</param>
    /// <param name="candidates">(U, D).</param>
    /// <param name="bias">(U): what is added to the candidates' logits.</param>
    /// <param name="own">(n) int64: the candidate that is the row's target, which does not count a second time; U for none.</param>
    /// <param name="weights">(n): the rows' weights.</param>
    /// <param name="leftOut">Further candidates that do not count in a row, U for none; <see langword="null"/> without such.</param>
    /// <returns>A tensor of no dimensions: the sum over rows of weight × loss.</returns>
    public static Tensor Apply(Tensor x, Tensor targets, Tensor candidates, Tensor bias, Tensor own, Tensor weights, LeftOut? leftOut = null)
    {
        using var scope = NewDisposeScope();
        leftOut ??= LeftOut.Nothing(x.device);
        var chunk = x.device_type == DeviceType.CPU ? CacheLogits : DeviceLogits;
        Tensor[] parts;
        using (no_grad())
        {
            parts = TorchScript.CallMany(
                "sampled_softmax", x.detach(), targets.detach(), candidates.detach(), bias, own, weights, leftOut.Lists, leftOut.Columns,
                tensor(Math.Max(16, chunk / Math.Max(1, candidates.shape[0]))));
        }
        // Linear in the arguments with the gradients as slopes, and shifted to the loss's value: autograd sees the right gradients.
        var slope = (x * parts[1]).sum().Plus((targets * parts[2]).sum()).Plus((candidates * parts[3]).sum());
        return slope.Plus(parts[0].squeeze(0) - slope.detach()).MoveToOuterDisposeScope();
    }

    /// <summary>The same with all logits at once.</summary>
    public static Tensor Reference(Tensor x, Tensor targets, Tensor candidates, Tensor bias, Tensor own, Tensor weights, LeftOut? leftOut = null)
    {
        using var scope = NewDisposeScope();
        var positive = (x * targets).sum(1, keepdim: true); // (n, 1)
        var isOwn = own.unsqueeze(1).eq(arange(Scalars.Of(candidates.shape[0]), device: x.device).unsqueeze(0)); // (n, U)
        if (leftOut is not null) { isOwn = isOwn.logical_or(leftOut.Mask(candidates.shape[0] + 1).narrow(1, 0, candidates.shape[0])); }
        var others = matmul(x, candidates.t()).Plus(bias).masked_fill(isOwn, Scalars.Of(double.NegativeInfinity));
        var loss = cat([positive, others], 1).logsumexp(1) - positive.squeeze(1);
        return (loss * weights).sum().MoveToOuterDisposeScope();
    }
}
