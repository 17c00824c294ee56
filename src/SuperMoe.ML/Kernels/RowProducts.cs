using System.Buffers;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// x·Wᵀ for few columns, in parts of rows that threads take one after another: a team of OpenMP's would go on spinning, on the cores that the experts need next. Small weights are
/// multiplied by <see cref="SmallProducts"/> where the processor has its vectors, others by a libtorch of one thread. The weight's gradient is summed in the parts' order, whoever computes them. T tokens, D model, E columns.
/// </summary>
internal sealed unsafe class RowProducts : autograd.SingleTensorFunction<RowProducts>
{
    private const int RowsOfPart = 2048;
    private const int EnoughRows = 32; // for a matrix to be turned
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

    /// <summary>x·Wᵀ + b without gradients on the calling thread, where that is faster than by libtorch; <see langword="null"/> where it is not.</summary>
    /// <param name="x">(T, D).</param>
    /// <param name="weight">(E, D).</param>
    /// <param name="bias">(E), or <see langword="null"/>.</param>
    public static Tensor? Affine(Tensor x, Tensor weight, Tensor? bias)
    {
        if (is_grad_enabled() || x.device_type != TorchSharp.DeviceType.CPU || x.dtype != ScalarType.Float32 || x.dim() != 2 || x.size(0) < EnoughRows || !IsSmall(weight)) { return null; }
        var rows = x.is_contiguous() ? x : x.contiguous();
        var to = empty(x.size(0), weight.size(0), ScalarType.Float32, CPU);
        SmallForward(rows, weight, bias, to, alone: true);
        if (!ReferenceEquals(rows, x)) { rows.Dispose(); }
        return to;
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

    private static bool IsSmall(Tensor weight) => SmallProducts.Suits && weight.numel() <= MostSmall && weight.size(1) % SmallProducts.Lanes == 0;

    private static Tensor Forward(Tensor x, Tensor weight)
    {
        var to = empty([x.shape[0], weight.shape[0]], ScalarType.Float32, CPU);
        if (IsSmall(weight)) { SmallForward(x, weight, null, to, alone: false); }
        else { ForParts(x.shape[0], (_, start, count) => TorchScript.Call("logits_into", to.narrow(0, start, count), x.narrow(0, start, count), weight)); }
        return to;
    }

    private static void SmallForward(Tensor x, Tensor weight, Tensor? bias, Tensor to, bool alone)
    {
        var (e, d) = ((int)weight.size(0), (int)weight.size(1));
        float* w = Numbers(weight), from = Numbers(x), products = Numbers(to);
        var width = SmallProducts.Padded(e);
        var turned = ArrayPool<float>.Shared.Rent((d + 1) * width); // (D, E), each row padded to whole vectors, and the bias
        fixed (float* columns = turned)
        {
            var start = bias is null ? null : columns + (d * width);
            Turn(w, e, d, width, columns);
            if (bias is not null) { Pad(Numbers(bias), e, width, start); }
            if (alone) { SmallProducts.Multiply(from, (int)x.size(0), d, columns, products, e, start); }
            else { InParts(x.size(0), from, d, columns, products, e); }
        }
        ArrayPool<float>.Shared.Return(turned);
        GC.KeepAlive((x, weight, bias, to));
    }

    private static void InParts(long rows, float* from, int d, float* b, float* to, int e) =>
        ForParts(rows, (_, first, count) => SmallProducts.Multiply(from + (first * d), (int)count, d, b, to + (first * e), e));

    private static void Turn(float* w, int e, int d, int width, float* to)
    {
        for (var i = 0; i < d; i++, to += width)
        {
            for (var column = 0; column < e; column++) { to[column] = w[(column * d) + i]; }
            new Span<float>(to + e, width - e).Clear();
        }
    }

    private static void Pad(float* numbers, int count, int width, float* to)
    {
        new ReadOnlySpan<float>(numbers, count).CopyTo(new Span<float>(to, width));
        new Span<float>(to + count, width - count).Clear();
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
