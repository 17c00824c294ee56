using System.Buffers;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// x·Wᵀ, in parts of rows that threads take one after another: a team of OpenMP's would go on spinning, on the cores that the experts need next.
/// Small weights are multiplied by <see cref="SmallProducts"/> where the processor has its vectors, others by a libtorch of one thread.
/// The weight's gradient is summed in the parts' order, whoever computes them. T tokens, D model, E columns.
/// </summary>
internal sealed unsafe class RowProducts : autograd.SingleTensorFunction<RowProducts>
{
    private const int RowsOfPart = 2048;
    private const int EnoughRows = 96; // for a matrix to be turned
    private const long MostSmall = 1 << 17; // weights that stay in the second cache, 512 KiB, beside what moves
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(RowProducts);

    /// <summary>(T, D) and (E, D) → (T, E).</summary>
    public static Tensor Linear(Tensor x, Tensor weight)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU || x.dtype != ScalarType.Float32 || x.shape[0] <= RowsOfPart) { return nn.functional.linear(x, weight); }
        return is_grad_enabled() ? apply(x.contiguous(), weight.contiguous()) : Forward(x.contiguous(), weight.contiguous());
    }

    /// <summary>
    /// x·Wᵀ + b without gradients, where <see cref="SmallProducts"/> are faster than libtorch's; <see langword="null"/> where they are not, and for what they are not for.
    /// A row's bits depend neither on the other rows nor on the threads.
    /// </summary>
    /// <param name="x">(T, D).</param>
    /// <param name="weight">(E, D).</param>
    /// <param name="bias">(E), or <see langword="null"/>.</param>
    public static Tensor? Affine(Tensor x, Tensor weight, Tensor? bias)
    {
        if (is_grad_enabled() || !IsFloat32(x) || x.dim() != 2 || x.size(0) < EnoughRows) { return null; }
        if (!IsFloat32(weight) || !weight.is_contiguous() || x.size(1) != weight.size(1) || !IsSmall(weight)) { return null; }
        if (bias is not null && (!IsFloat32(bias) || !bias.is_contiguous() || bias.numel() != weight.size(0))) { return null; }
        var rows = x.is_contiguous() ? x : x.contiguous();
        var to = empty(x.size(0), weight.size(0), ScalarType.Float32, CPU);
        SmallForward(rows, weight, bias, to);
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

    private static bool IsFloat32(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    private static bool IsSmall(Tensor weight) => SmallProducts.Suits && weight.numel() <= MostSmall && weight.size(1) % SmallProducts.Lanes == 0;

    private static Tensor Forward(Tensor x, Tensor weight)
    {
        var to = empty([x.shape[0], weight.shape[0]], ScalarType.Float32, CPU);
        if (IsSmall(weight)) { SmallForward(x, weight, null, to); }
        else { ForParts(x.shape[0], (_, start, count) => TorchScript.Call("logits_into", to.narrow(0, start, count), x.narrow(0, start, count), weight)); }
        return to;
    }

    private static void SmallForward(Tensor x, Tensor weight, Tensor? bias, Tensor to)
    {
        var (e, d) = ((int)weight.size(0), (int)weight.size(1));
        var width = SmallProducts.Padded(e);
        var turned = ArrayPool<float>.Shared.Rent((d + 1) * width);
        fixed (float* panels = turned)
        {
            var sums = panels + (d * width);
            Turn(Numbers(weight), e, d, panels);
            new Span<float>(sums, width).Clear();
            if (bias is not null) { new ReadOnlySpan<float>(Numbers(bias), e).CopyTo(new Span<float>(sums, e)); }
            if (SideBySide.Threads == 1) { Multiply(Numbers(x), (int)x.size(0), d, panels, sums, Numbers(to), e); }
            else { InParts(x.size(0), Numbers(x), d, panels, sums, Numbers(to), e); }
        }
        ArrayPool<float>.Shared.Return(turned);
        GC.KeepAlive((x, weight, bias, to));
    }

    private static void InParts(long rows, float* x, int d, float* panels, float* sums, float* to, int e) =>
        ForParts(rows, (_, first, count) => Multiply(x + (first * d), (int)count, d, panels, sums, to + (first * e), e));

    private static void Multiply(float* x, int rows, int d, float* panels, float* sums, float* to, int e)
    {
        for (var column = 0; column < e; column += SmallProducts.TileColumns)
        {
            SmallProducts.Multiply(x, rows, d, panels + ((long)column * d), to + column, Math.Min(SmallProducts.TileColumns, e - column), e, sums + column);
        }
    }

    // (E, D) to panels of a tile's columns, panel after panel, so that what a tile reads stands together: each (D, columns padded to whole vectors).
    private static void Turn(float* w, int e, int d, float* to)
    {
        for (var column = 0; column < e; column += SmallProducts.TileColumns)
        {
            var count = Math.Min(SmallProducts.TileColumns, e - column);
            var width = SmallProducts.Padded(count);
            for (var i = 0; i < d; i++, to += width)
            {
                for (var c = 0; c < count; c++) { to[c] = w[((long)(column + c) * d) + i]; }
                new Span<float>(to + count, width - count).Clear();
            }
        }
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
