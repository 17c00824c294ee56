using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Gates that are known already, and their gradient to the logits.</summary>
internal sealed class GateFunction : autograd.SingleTensorFunction<GateFunction>
{
    private const string Key = "routed";

    /// <inheritdoc/>
    public override string Name => nameof(GateFunction);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        // Handles of its own: the caller's dispose scope may end before the backward pass. Detached: an alias of what it gives would hold this function, which would hold it, and
        // a graph without a backward pass would live on.
        var routed = (Routed)vars[1];
        ctx.save_data(Key, new Routed(Keep(routed.Probabilities), Keep(routed.Experts), Keep(routed.Gates)));
        return routed.Gates;

        static Tensor Keep(Tensor tensor) => tensor.detach().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var lead = SideBySide.Lead();
        using var gradient = grad_output.contiguous();
        using var routed = (Routed)ctx.get_data(Key);
        return [ExpertRouting.Backward(gradient, routed), null!];
    }
}
