using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts on the CPU, with a backward pass of its own: sorting once for both directions, and moving rows in single passes that convert, weigh and
/// sum on the way. T tokens, D model, H hidden units of an expert, E experts, K experts a token, R rows.
/// </summary>
internal sealed class ExpertFunction : autograd.SingleTensorFunction<ExpertFunction>
{
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(ExpertFunction);

    /// <summary>The output, (T, D) float32, and what the backward pass needs, in the dispose scope around.</summary>
    /// <param name="x">(T, D) float32.</param>
    /// <param name="gates">(T, K) float32.</param>
    /// <param name="w1">(E, D, H), of the type that is computed in.</param>
    /// <param name="w2">(E, H, D), the same.</param>
    /// <param name="rows">Where assignments stand.</param>
    public static (Tensor Output, ExpertState State) Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, ExpertRows rows)
    {
        var (d, k) = (x.shape[1], (int)gates.shape[1]);
        var sorted = empty([rows.Count, d], w1.dtype, CPU);
        var ends = rows.EndsTensor();
        Scatter(x, sorted, rows, k);
        var parts = TorchScript.CallMany("experts_forward", sorted, w1, w2, ends); // (R, H) before and after GELU, (R, D)
        var state = new ExpertState(gates, w1, w2, rows, ends, sorted, parts[0], parts[1], parts[2]);
        var output = empty(x.shape, ScalarType.Float32, CPU);
        Sum(parts[2], gates, rows, k, output);
        return (output, state);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (output, state) = Forward((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (ExpertRows)vars[4]);
        state.MoveToOuterDisposeScope();
        ctx.save_data(Key, state);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var state = (ExpertState)ctx.get_data(Key);
        var k = (int)state.Gates.shape[1];
        var gradient = grad_output.contiguous();
        var sortedGradient = empty_like(state.Sorted);
        var gateGradient = empty_like(state.Gates, requires_grad: false);
        Unsum(gradient, state, sortedGradient, gateGradient);
        var parts = TorchScript.CallMany(
            "experts_backward", sortedGradient, state.Sorted, state.Before, state.Hidden, state.W1, state.W2, state.Ends);
        var dx = empty_like(gradient);
        Sum(parts[0], null, state.Rows, k, dx);
        return
        [
            dx.MoveToOuterDisposeScope(), gateGradient.MoveToOuterDisposeScope(), parts[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope(), null!,
        ];
    }

    private static void Scatter(Tensor x, Tensor sorted, ExpertRows rows, int k)
    {
        if (sorted.dtype == ScalarType.BFloat16) { ExpertPasses<BFloat16Element>.Scatter(x, rows, k, sorted); }
        else { ExpertPasses<Float32Element>.Scatter(x, rows, k, sorted); }
    }

    private static void Sum(Tensor sorted, Tensor? gates, ExpertRows rows, int k, Tensor output)
    {
        if (sorted.dtype == ScalarType.BFloat16) { ExpertPasses<BFloat16Element>.Sum(sorted, gates, rows, k, output); }
        else { ExpertPasses<Float32Element>.Sum(sorted, gates, rows, k, output); }
    }

    private static void Unsum(Tensor gradient, ExpertState s, Tensor sortedGradient, Tensor gateGradient)
    {
        var k = (int)s.Gates.shape[1];
        if (s.Output.dtype == ScalarType.BFloat16) { ExpertPasses<BFloat16Element>.Unsum(gradient, s.Output, s.Gates, s.Rows, k, sortedGradient, gateGradient); }
        else { ExpertPasses<Float32Element>.Unsum(gradient, s.Output, s.Gates, s.Rows, k, sortedGradient, gateGradient); }
    }
}
