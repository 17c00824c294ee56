using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts on the CPU, with a backward pass of its own: sorting once for both directions, moving rows in single passes that convert, weigh and
/// sum on the way, and the derivative of GELU at hand. T tokens, D model, H hidden units of an expert, E experts, K experts a token.
/// </summary>
internal sealed class ExpertFunction : autograd.SingleTensorFunction<ExpertFunction>
{
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(ExpertFunction);

    /// <summary>The output, (T, D) float32, and, if asked for, what the backward pass needs, in the dispose scope around.</summary>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H) float32.</param>
    /// <param name="w2">(E, H, D) float32.</param>
    /// <param name="rows">Where assignments stand.</param>
    /// <param name="compute">What is multiplied in.</param>
    /// <param name="keep">Whether there is a backward pass.</param>
    public static (Tensor Output, ExpertState? State) Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows, ScalarType compute, bool keep) =>
        compute == ScalarType.BFloat16
            ? ExpertForward<BFloat16Element>.Run(x, gates, w1, w2, rows, keep)
            : ExpertForward<Float32Element>.Run(x, gates, w1, w2, rows, keep);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (output, state) = Forward((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (ExpertRows)vars[4], (ScalarType)vars[5], keep: true);
        state!.MoveToOuterDisposeScope();
        ctx.save_data(Key, state);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var lead = SideBySide.Lead();
        using var state = (ExpertState)ctx.get_data(Key);
        var gradient = grad_output.contiguous();
        var (x, gates, w1, w2) = state.Output.dtype == ScalarType.BFloat16
            ? ExpertBackward<BFloat16Element>.Run(gradient, state)
            : ExpertBackward<Float32Element>.Run(gradient, state);
        return [x.MoveToOuterDisposeScope(), gates.MoveToOuterDisposeScope(), w1.MoveToOuterDisposeScope(), w2.MoveToOuterDisposeScope(), null!, null!];
    }
}
