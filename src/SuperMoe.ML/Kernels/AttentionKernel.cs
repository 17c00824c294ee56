using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Attention of events and indicators in inference: the operators of the model's own, one after another, in one native call. In scoring small batches, calls and
/// the objects that C# makes for each tensor in between are a good part of what attention costs. Larger batches have their projections from <see cref="RowProducts.Affine"/>.
/// N events, B users, L longest sequence, T indicators a user, D model.
/// </summary>
internal static class AttentionKernel
{
    private static readonly Lazy<Tensor> s_none = new(() => empty(0, ScalarType.Int64, CPU).DetachFromDisposeScope());

    /// <summary>Projects, attends and merges.</summary>
    /// <param name="x">(N + B·T, D): events, then indicators.</param>
    /// <param name="project">(3 D, D) and (3 D): to queries, keys and values.</param>
    /// <param name="merge">(D, D) and (D).</param>
    /// <param name="counts">N, B, L, heads, T, and whose states are needed: 0 for no events', 1 for the latest of each user, 2 for all.</param>
    /// <param name="pad">(B·L) int64, or <see langword="null"/> if all users have L events.</param>
    /// <param name="unpad">(N) int64, or <see langword="null"/>.</param>
    /// <param name="last">(B) int64: each user's latest event; needed for the latest states.</param>
    /// <param name="mask">What is added to the scores of those who see all events of a user; <see langword="null"/> for nothing.</param>
    /// <returns>(n + B·T, D), where n is 0, B or N.</returns>
    public static Tensor Apply(
        Tensor x, (Tensor Weight, Tensor Bias) project, (Tensor Weight, Tensor Bias) merge, ReadOnlySpan<long> counts, Tensor? pad, Tensor? unpad, Tensor? last, Tensor? mask)
    {
        using var numbers = HostCopy.Of(counts, CPU);
        var none = s_none.Value;
        if (RowProducts.Affine(x, project.Weight, project.Bias) is { } projected)
        {
            using (projected)
            {
                using var attended = TorchScript.Call("attend", projected, numbers, pad ?? none, unpad ?? none, last ?? none, mask ?? none);
                return RowProducts.Affine(attended, merge.Weight, merge.Bias) ?? nn.functional.linear(attended, merge.Weight, merge.Bias);
            }
        }
        return TorchScript.Call(
            "attention", x, project.Weight, project.Bias, merge.Weight, merge.Bias, numbers, pad ?? none, unpad ?? none, last ?? none, mask ?? none);
    }
}
