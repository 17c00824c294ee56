using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The experts by torch's operators alone, for devices on which these are the fastest there is: one native call forward and one backward, since a GPU computes an operator of this
/// size in less time than it takes to ask for it. In bfloat16, on devices that torch has a grouped product for, nothing waits: where experts' rows end is known to the device only. Elsewhere
/// torch's grouped product is a loop that waits for each expert; there experts are padded to equally many rows and multiplied as a batch, unless they are far from even. T tokens, D model, H hidden units of an expert, E experts, K experts a token.
/// </summary>
internal sealed class DeviceExperts : autograd.SingleTensorFunction<DeviceExperts>
{
    private const string Key = "saved";
    private const int MostGroups = 1024;

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
        // A view, too, is a node of autograd's own: gradients that come from one are taken over by the weights, those of a function in C# are copied.
        if (is_grad_enabled()) { return apply(x, gates, w1.view(w1.shape), w2.view(w2.shape), experts, compute); }
        using var scope = NewDisposeScope();
        return Forward(x, gates, w1.to(compute), w2.to(compute), experts, compute)[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var compute = (ScalarType)vars[5];
        var learns = ((Tensor)vars[2]).requires_grad;
        Tensor gates = (Tensor)vars[1], w1 = ((Tensor)vars[2]).to(compute), w2 = ((Tensor)vars[3]).to(compute);
        var results = Forward((Tensor)vars[0], gates, w1, w2, (Tensor)vars[4], compute);
        Tensor[] saved = [tensor(learns), gates.alias(), w1.alias(), w2.alias(), .. results.AsSpan(1)];
        foreach (var tensor in saved) { tensor.DetachFromDisposeScope(); }
        ctx.save_data(Key, saved);
        return results[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = (Tensor[])ctx.get_data(Key);
        var gradients = TorchScript.CallMany("experts_backward", grad_output.contiguous(), saved[0], saved[1], saved[2], saved[3], saved[4..]);
        var (w1, w2) = gradients.Length > 2 ? (gradients[2], gradients[3]) : (null, null); // frozen weights have none
        foreach (var tensor in saved) { tensor.Dispose(); }
        return BackwardThread.Give(grad_output, gradients[0], gradients[1], w1, w2, null, null);
    }

    private static Tensor[] Forward(Tensor x, Tensor gates, Tensor w1, Tensor w2, Tensor experts, ScalarType compute) =>
        TorchScript.CallMany("experts_forward", x.to(compute), experts, gates, w1, w2, tensor(Padded(x.device, compute, w1.size(0))));

    // torch multiplies groups in one kernel in bfloat16 on Hopper and the first Blackwells, on Linux, and of fewer than 1,024 groups.
    private static bool Padded(Device device, ScalarType compute, long experts) =>
        compute != ScalarType.BFloat16 || OperatingSystem.IsWindows() || experts >= MostGroups
        || (device.type == TorchSharp.DeviceType.CUDA && CudaDevice.Major(device.index) is not (9 or 10));
}
