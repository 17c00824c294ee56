using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels.Tiles;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The feed-forward networks of E experts, each on the tokens sent to it; no token is dropped (MegaBlocks, Gale et al. 2022).
/// Tokens are sorted by expert, multiplied group by group, put back in order and summed with their gates.
/// T tokens, D model, H hidden units of an expert, E experts, K experts a token.
/// </summary>
internal static class GroupedFeedForward
{
    private const int RowsOfExpert = 16; // on average: fewer are not worth a tile

    /// <summary>What rows of bfloat16 matrices are multiples of for the grouped product: 16 bytes.</summary>
    private const int BFloat16Columns = 8;

    /// <param name="x">(T, D) float32.</param>
    /// <param name="experts">(T, K) int64: which experts, 0..E-1.</param>
    /// <param name="gates">(T, K) float32: the experts' weights.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="compute">What is multiplied in: float32 or bfloat16; on CUDA the latter only if D and H are multiples of 8. Sums over experts, and all gradients, are float32.</param>
    /// <returns>(T, D) float32.</returns>
    public static Tensor Apply(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2, ScalarType compute = ScalarType.Float32)
    {
        if (x.size(0) == 0) { return x.alias(); }
        if (x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32)
        {
            if (TiledExpertFunction.Suits(w1, compute) && experts.numel() >= RowsOfExpert * w1.size(0)) { return Tiled(x, experts, gates, w1, w2, compute); }
            return ExpertScoring.Suits(experts.numel(), w1, compute) ? Scored(x, experts, gates, w1, w2) : Sorted(x, experts, gates, w1, w2, compute);
        }
        var aligned = x.shape[1] % BFloat16Columns == 0 && w1.shape[2] % BFloat16Columns == 0;
        return DeviceExperts.Apply(x, experts, gates, w1, w2, aligned ? compute : x.dtype);
    }

    /// <summary>The same, an expert at a time, in the type of its arguments.</summary>
    public static Tensor Reference(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2)
    {
        using var scope = NewDisposeScope();
        var y = zeros_like(x);
        for (var e = 0; e < w1.shape[0]; e++)
        {
            var sent = experts.eq(Scalars.Of((long)e)); // (T, K)
            var weight = (gates * sent).sum(1, keepdim: true); // (T, 1): 0 where the token went elsewhere
            y = y.Plus(weight * matmul(nn.functional.gelu(matmul(x, w1[e])), w2[e]));
        }
        return y.MoveToOuterDisposeScope();
    }

    private static Tensor Tiled(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var rows = ExpertRows.Of(experts.contiguous(), (int)w1.size(0), even: false, (int.MaxValue, 1));
        (x, gates) = (x.contiguous(), gates.contiguous());
        if (is_grad_enabled() && (x.requires_grad || gates.requires_grad || w1.requires_grad || w2.requires_grad))
        {
            (w1, w2) = Views(w1, w2);
            return TiledExpertFunction.apply(x, gates, w1, w2, rows, compute).MoveToOuterDisposeScope();
        }
        using (rows) { return TiledExpertFunction.Forward(x, gates, w1.contiguous(), w2.contiguous(), rows, compute).MoveToOuterDisposeScope(); }
    }

    // A view, too, is a node of autograd's own: gradients that come from one are taken over by the weights, those of a function in C# are copied.
    private static (Tensor W1, Tensor W2) Views(Tensor w1, Tensor w2) => (w1.contiguous().view(w1.shape), w2.contiguous().view(w2.shape));

    private static Tensor Scored(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2)
    {
        using var rows = ExpertRows.Of(
            Contiguous(experts), (int)w1.size(0), even: false, ExpertWork.Largest(experts.numel(), w1, sizeof(float)));
        return ExpertScoring.Run(Contiguous(x), Contiguous(gates), Contiguous(w1), Contiguous(w2), rows);

        static Tensor Contiguous(Tensor tensor) => tensor.is_contiguous() ? tensor : tensor.contiguous();
    }

    private static Tensor Sorted(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var half = compute == ScalarType.BFloat16;
        var largest = ExpertWork.Largest(experts.numel(), w1, half ? sizeof(ushort) : sizeof(float));
        var rows = ExpertRows.Of(experts.contiguous(), (int)w1.shape[0], even: half, largest);
        (x, gates) = (x.contiguous(), gates.contiguous());
        (w1, w2) = Views(w1, w2);
        if (is_grad_enabled()) { return ExpertFunction.apply(x, gates, w1, w2, rows, compute).MoveToOuterDisposeScope(); }
        using (rows) { return ExpertFunction.Forward(x, gates, w1, w2, rows, compute, keep: false).Output.MoveToOuterDisposeScope(); }
    }
}
