using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The feed-forward networks of E experts, each on the tokens sent to it; no token is dropped (MegaBlocks, Gale et al. 2022).
/// Tokens are sorted by expert, multiplied group by group, put back in order and summed with their gates.
/// T tokens, D model, H hidden units of an expert, E experts, K experts a token.
/// </summary>
internal static class GroupedFeedForward
{
    /// <param name="x">(T, D).</param>
    /// <param name="experts">(T, K) int64: which experts, 0..E-1.</param>
    /// <param name="gates">(T, K): the experts' weights.</param>
    /// <param name="w1">(E, D, H).</param>
    /// <param name="w2">(E, H, D).</param>
    /// <returns>(T, D).</returns>
    public static Tensor Apply(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2) =>
        TorchScript.Call("grouped_feed_forward", x, experts, gates, w1, w2);

    /// <summary>The same, an expert at a time.</summary>
    public static Tensor Reference(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2)
    {
        using var scope = NewDisposeScope();
        var y = zeros_like(x);
        for (var e = 0; e < w1.shape[0]; e++)
        {
            var sent = experts.eq(e); // (T, K)
            var weight = (gates * sent).sum(1, keepdim: true); // (T, 1): 0 where the token went elsewhere
            y += weight * matmul(nn.functional.gelu(matmul(x, w1[e])), w2[e]);
        }
        return y.MoveToOuterDisposeScope();
    }
}
