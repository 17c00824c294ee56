using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>x·Wᵀ + b with gradients, for a thread that computes alone. M rows, A numbers of a row, B columns.</summary>
internal sealed unsafe class TiledLinear : autograd.SingleTensorFunction<TiledLinear>
{
    private const int EnoughRows = 96; // for a matrix to be turned
    private const int Multiple = 32;
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(TiledLinear);

    /// <summary>(M, B) float32; <see langword="null"/> for what it is not for.</summary>
    /// <param name="x">(M, A) float32.</param>
    /// <param name="weight">(B, A) float32.</param>
    /// <param name="bias">(B) float32.</param>
    /// <param name="compute">What is multiplied in.</param>
    public static Tensor? Apply(Tensor x, Tensor weight, Tensor bias, ScalarType compute)
    {
        if (!is_grad_enabled() || SideBySide.Threads > 1 || !IsFloat32(x) || !IsFloat32(weight) || x.dim() != 2 || x.size(0) < EnoughRows) { return null; }
        if (!x.requires_grad && !weight.requires_grad && !bias.requires_grad) { return null; }
        if (x.size(1) != weight.size(1) || bias.numel() != weight.size(0)) { return null; } // libtorch says so
        if (x.size(1) % Multiple != 0 || weight.size(0) % Multiple != 0 || !Suits(compute)) { return null; }
        return apply(x.is_contiguous() ? x : x.contiguous(), weight.contiguous(), bias.contiguous(), compute);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0], weight = (Tensor)vars[1], bias = (Tensor)vars[2];
        var compute = (ScalarType)vars[3];
        ctx.save_data(Key, (x.alias().DetachFromDisposeScope(), weight.alias().DetachFromDisposeScope(), compute));
        var (rows, a, b) = ((int)x.size(0), (int)x.size(1), (int)weight.size(0));
        var to = empty(rows, b, ScalarType.Float32, CPU);
        if (compute == ScalarType.BFloat16) { LinearTiles<BFloat16Pair>.Forward(Numbers(x), rows, a, Numbers(weight), Numbers(bias), b, Numbers(to)); }
        else { LinearTiles<Float32Word>.Forward(Numbers(x), rows, a, Numbers(weight), Numbers(bias), b, Numbers(to)); }
        GC.KeepAlive((x, weight, bias));
        return to;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var off = no_grad();
        var (x, weight, compute) = ((Tensor, Tensor, ScalarType))ctx.get_data(Key);
        var gradient = grad_output.is_contiguous() ? grad_output : grad_output.contiguous();
        var (rows, a, b) = ((int)x.size(0), (int)x.size(1), (int)weight.size(0));
        Tensor dx = empty(rows, a, ScalarType.Float32, CPU), dw = empty(b, a, ScalarType.Float32, CPU), db = empty(b, ScalarType.Float32, CPU);
        if (compute == ScalarType.BFloat16) { LinearTiles<BFloat16Pair>.Backward(Numbers(gradient), Numbers(x), rows, a, Numbers(weight), b, Numbers(dx), Numbers(dw), Numbers(db)); }
        else { LinearTiles<Float32Word>.Backward(Numbers(gradient), Numbers(x), rows, a, Numbers(weight), b, Numbers(dx), Numbers(dw), Numbers(db)); }
        if (!ReferenceEquals(gradient, grad_output)) { gradient.Dispose(); }
        x.Dispose();
        weight.Dispose();
        return [dx, dw, db, null!];
    }

    private static bool IsFloat32(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    private static bool Suits(ScalarType compute) => compute == ScalarType.BFloat16 ? BFloat16Pair.Suits : compute == ScalarType.Float32 && Float32Word.Suits;

    private static float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);
}
