using System.Buffers;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// x·Wᵀ for few columns, in parts of rows that threads take one after another: a team of OpenMP's would go on spinning, on the cores that the experts need next. Small weights are
/// multiplied by <see cref="SmallProducts"/>, others by a libtorch of one thread. The weight's gradient is summed in the parts' order, whoever computes them. T tokens, D model, E columns.
/// </summary>
internal sealed unsafe class RowProducts : autograd.SingleTensorFunction<RowProducts>
{
    private const int RowsOfPart = 2048;
    private const long MostSmall = 1 << 15; // weights that stay in the second cache, beside what moves
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(RowProducts);

    /// <summary>(T, D) and (E, D) → (T, E).</summary>
    public static Tensor Linear(Tensor x, Tensor weight)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU || x.dtype != ScalarType.Float32 || x.shape[0] <= RowsOfPart) { return nn.functional.linear(x, weight); }
        return is_grad_enabled() ? apply(x.contiguous(), weight.contiguous()) : Forward(x.contiguous(), weight.contiguous());
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
        var sums = zeros([Parts(x.shape[0]), .. weight.shape], ScalarType.Float32, CPU);
        if (IsSmall(weight)) { SmallGradients(x, weight, gradient, dx, sums); }
        else
        {
            ForParts(x.shape[0], (part, start, count) =>
            {
                var rows = gradient.narrow(0, start, count);
                TorchScript.Call("row_gradients", rows, x.narrow(0, start, count), weight, dx.narrow(0, start, count), sums.select(0, part));
            });
        }
        var result = new List<Tensor> { dx.MoveToOuterDisposeScope(), sums.sum(dim: 0L).MoveToOuterDisposeScope() };
        foreach (var tensor in saved) { tensor.Dispose(); }
        return result;
    }

    private static bool IsSmall(Tensor weight) => weight.numel() <= MostSmall && weight.shape[1] % SmallProducts.Lanes == 0;

    private static Tensor Forward(Tensor x, Tensor weight)
    {
        var to = empty([x.shape[0], weight.shape[0]], ScalarType.Float32, CPU);
        if (IsSmall(weight)) { SmallForward(x, weight, to); }
        else { ForParts(x.shape[0], (_, start, count) => TorchScript.Call("logits_into", to.narrow(0, start, count), x.narrow(0, start, count), weight)); }
        return to;
    }

    private static void SmallForward(Tensor x, Tensor weight, Tensor to)
    {
        var (e, d) = ((int)weight.shape[0], (int)weight.shape[1]);
        float* w = Numbers(weight), from = Numbers(x), products = Numbers(to);
        var width = SmallProducts.Padded(e);
        var turned = ArrayPool<float>.Shared.Rent(d * width); // (D, E), each row padded to whole vectors
        turned.AsSpan(0, d * width).Clear();
        for (var column = 0; column < e; column++)
        {
            for (var i = 0; i < d; i++) { turned[(i * width) + column] = w[(column * d) + i]; }
        }
        fixed (float* columns = turned)
        {
            var b = columns;
            ForParts(x.shape[0], (_, start, count) => SmallProducts.Multiply(from + (start * d), (int)count, d, b, products + (start * e), e));
        }
        ArrayPool<float>.Shared.Return(turned);
        GC.KeepAlive((x, weight, to));
    }

    private static void SmallGradients(Tensor x, Tensor weight, Tensor gradient, Tensor dx, Tensor sums)
    {
        var (e, d) = ((int)weight.shape[0], (int)weight.shape[1]);
        float* w = Numbers(weight), from = Numbers(x), dy = Numbers(gradient), to = Numbers(dx), dw = Numbers(sums);
        ForParts(x.shape[0], (part, start, count) =>
        {
            SmallProducts.Multiply(dy + (start * e), (int)count, e, w, to + (start * d), d);
            SmallProducts.AddOuter(dy + (start * e), from + (start * d), (int)count, e, d, dw + ((long)part * e * d));
        });
        GC.KeepAlive((x, weight, gradient, dx, sums));
    }

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    private static int Parts(long rows) => (int)((rows + RowsOfPart - 1) / RowsOfPart);

    private static void ForParts(long rows, Action<int, long, long> compute) => SideBySide.Run(Parts(rows), part =>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var start = (long)part * RowsOfPart;
        compute(part, start, Math.Min(RowsOfPart, rows - start));
    });
}
