using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// x·Wᵀ for few columns, in parts of rows that threads take one after another, each with a libtorch of one thread: a team of OpenMP's would go on spinning, on the
/// cores that the experts need next. The weight's gradient is summed in the parts' order, whoever computes them. T tokens, D model, E columns.
/// </summary>
internal sealed class RowProducts : autograd.SingleTensorFunction<RowProducts>
{
    private const int RowsOfPart = 2048;
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(RowProducts);

    /// <summary>(T, D) and (E, D) → (T, E).</summary>
    public static Tensor Linear(Tensor x, Tensor weight)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU || x.dtype != ScalarType.Float32 || x.shape[0] <= RowsOfPart) { return nn.functional.linear(x, weight); }
        return is_grad_enabled() ? apply(x.contiguous(), weight) : Forward(x.contiguous(), weight);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_data(Key, new[] { x.alias().DetachFromDisposeScope(), weight.alias().DetachFromDisposeScope() });
        return Forward(x, weight);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var lead = SideBySide.Lead();
        var saved = (Tensor[])ctx.get_data(Key);
        var (x, weight, gradient) = (saved[0], saved[1], grad_output.contiguous());
        var dx = empty(x.shape, ScalarType.Float32, CPU);
        var sums = empty([Parts(x.shape[0]), .. weight.shape], ScalarType.Float32, CPU);
        ForParts(x.shape[0], (part, start, count) =>
        {
            var rows = gradient.narrow(0, start, count);
            TorchScript.Call("row_gradients", rows, x.narrow(0, start, count), weight, dx.narrow(0, start, count), sums.select(0, part));
        });
        var result = new List<Tensor> { dx.MoveToOuterDisposeScope(), sums.sum(dim: 0L).MoveToOuterDisposeScope() };
        foreach (var tensor in saved) { tensor.Dispose(); }
        return result;
    }

    private static Tensor Forward(Tensor x, Tensor weight)
    {
        var to = empty([x.shape[0], weight.shape[0]], ScalarType.Float32, CPU);
        ForParts(x.shape[0], (_, start, count) => TorchScript.Call("logits_into", to.narrow(0, start, count), x.narrow(0, start, count), weight));
        return to;
    }

    private static int Parts(long rows) => (int)((rows + RowsOfPart - 1) / RowsOfPart);

    private static void ForParts(long rows, Action<int, long, long> compute) => SideBySide.Run(Parts(rows), part =>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var start = (long)part * RowsOfPart;
        compute(part, start, Math.Min(RowsOfPart, rows - start));
    });
}
