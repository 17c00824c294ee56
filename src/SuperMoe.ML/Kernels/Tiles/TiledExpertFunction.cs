using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>The experts by tiles, with their backward pass. T tokens, D model, H hidden units of an expert, E experts, K experts a token.</summary>
internal sealed class TiledExpertFunction : autograd.SingleTensorFunction<TiledExpertFunction>
{
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(TiledExpertFunction);

    /// <summary>The output, (T, D) float32, without gradients. All arguments are contiguous.</summary>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="rows">Where assignments stand, without padding.</param>
    /// <param name="compute">What is multiplied in.</param>
    public static Tensor Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows, ScalarType compute) => compute == ScalarType.BFloat16
        ? TiledExperts<BFloat16Pair>.Forward(x, gates, w1, w2, rows)
        : TiledExperts<Float32Word>.Forward(x, gates, w1, w2, rows);

    /// <summary>Whether it is meant for them.</summary>
    public static bool Suits(Tensor w1, ScalarType compute) =>
        compute == ScalarType.BFloat16 ? TiledExperts<BFloat16Pair>.Suits(w1) : compute == ScalarType.Float32 && TiledExperts<Float32Word>.Suits(w1);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0], gates = (Tensor)vars[1], w1 = (Tensor)vars[2], w2 = (Tensor)vars[3];
        var (rows, compute) = ((ExpertRows)vars[4], (ScalarType)vars[5]);
        ctx.save_data(Key, new Saved([.. new[] { x, gates, w1, w2 }.Select(t => t.alias().DetachFromDisposeScope())], rows, compute));
        return Forward(x, gates, w1, w2, rows, compute);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var lead = SideBySide.Lead();
        using var off = no_grad();
        using var saved = (Saved)ctx.get_data(Key);
        var (of, gradient) = (saved.Tensors, grad_output.contiguous());
        var (x, gates, w1, w2) = saved.Compute == ScalarType.BFloat16
            ? TiledExpertGradients<BFloat16Pair>.Run(gradient, of[0], of[1], of[2], of[3], saved.Rows)
            : TiledExpertGradients<Float32Word>.Run(gradient, of[0], of[1], of[2], of[3], saved.Rows);
        return [x.MoveToOuterDisposeScope(), gates.MoveToOuterDisposeScope(), w1.MoveToOuterDisposeScope(), w2.MoveToOuterDisposeScope(), null!, null!];
    }

    // Out of the dispose scope: the backward pass may come after that, on another thread.
    private sealed record Saved(Tensor[] Tensors, ExpertRows Rows, ScalarType Compute) : IDisposable
    {
        public void Dispose()
        {
            foreach (var tensor in Tensors) { tensor.Dispose(); }
            Rows.Dispose();
        }
    }
}
