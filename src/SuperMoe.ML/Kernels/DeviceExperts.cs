using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts by torch's operators alone, for devices on which these are the fastest there is: one native call forward and one backward, since a GPU computes an operator of this
/// size in less time than it takes to ask for it. In bfloat16 nothing waits for the device: where experts' rows end is known to the device only. In float32,
/// for which torch's grouped product is a loop that waits for each expert, experts are padded to equally many rows and multiplied as a batch, unless they are far from
/// even. T tokens, D model, H hidden units of an expert, E experts, K experts a token.
/// </summary>
internal sealed class DeviceExperts : autograd.SingleTensorFunction<DeviceExperts>
{
    private const string Key = "saved";

    /// <inheritdoc/>
    public override string Name => nameof(DeviceExperts);

    /// <param name="x">(T, D), T at least 1.</param>
    /// <param name="experts">(T, K) int64.</param>
    /// <param name="gates">(T, K).</param>
    /// <param name="w1">(E, D, H).</param>
    /// <param name="w2">(E, H, D).</param>
    /// <param name="compute">What is multiplied in.</param>
    /// <returns>(T, D), in the type of the gates.</returns>
    public static Tensor Apply(Tensor x, Tensor experts, Tensor gates, Tensor w1, Tensor w2, ScalarType compute)
    {
        if (is_grad_enabled()) { return apply(x, gates, w1, w2, experts, compute); }
        using var scope = NewDisposeScope();
        return Forward(x, gates, w1.to(compute), w2.to(compute), experts, compute)[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var compute = (ScalarType)vars[5];
        Tensor gates = (Tensor)vars[1], w1 = ((Tensor)vars[2]).to(compute), w2 = ((Tensor)vars[3]).to(compute);
        var results = Forward((Tensor)vars[0], gates, w1, w2, (Tensor)vars[4], compute);
        Tensor[] saved = [gates.alias(), w1.alias(), w2.alias(), .. results.AsSpan(1)];
        foreach (var tensor in saved) { tensor.DetachFromDisposeScope(); }
        ctx.save_data(Key, saved);
        return results[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = (Tensor[])ctx.get_data(Key);
        var gradients = TorchScript.CallMany("experts_backward", grad_output.contiguous(), saved[0], saved[1], saved[2], saved[3..]);
        foreach (var tensor in saved) { tensor.Dispose(); }
        return BackwardThread.Give(grad_output, gradients[0], gradients[1], gradients[2], gradients[3], null, null);
    }

    private static Tensor[] Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, Tensor experts, ScalarType compute) =>
        TorchScript.CallMany("experts_forward", x.to(compute), experts, gates, w1, w2, tensor(compute == ScalarType.Float32));
}
