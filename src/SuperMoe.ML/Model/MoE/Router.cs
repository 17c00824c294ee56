using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>
/// Sends each token to the K experts of highest probability. A bias on an expert changes who is selected, never a weight, and moves against the
/// expert's load after each training step: balance without an auxiliary gradient (Wang et al. 2024; DeepSeek-V3).
/// M tokens, D model, E experts.
/// </summary>
internal sealed class Router : NamedModule
{
    private readonly int _topK;

    public Router(int size, int experts, int topK, Generator generator)
        : base(nameof(Router))
    {
        using var noGrad = no_grad();
        _topK = topK;
        register_parameter("weight", new Parameter(empty(experts, size).normal_(0, 1 / Math.Sqrt(size), generator)));
        register_buffer("bias", zeros(experts));
    }

    // (E, D). Asked for each time: moving a module to a device replaces its parameters.
    private Tensor Weight => Leaves.Of(get_parameter("weight")!);

    private Tensor Bias => get_buffer("bias")!;

    /// <summary>(M, D) → the router's output, and the gates, (M, K): the selected probabilities, for K over 1 scaled to a sum of 1.</summary>
    public (RouterOutput Output, Tensor Gates) Route(Tensor x)
    {
        var logits = RowProducts.Linear(x, Weight);
        var (probabilities, experts, gates) = ExpertRouting.Apply(logits, Bias, _topK);
        return (new RouterOutput(logits, probabilities, experts), gates);
    }

    /// <summary>Moves each expert's bias by <paramref name="step"/>: up if it received fewer assignments than the mean, down if more.</summary>
    /// <param name="load">(E): assignments in the last training step.</param>
    /// <param name="step">The step.</param>
    public void Balance(Tensor load, double step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var load32 = load.to(ScalarType.Float32);
        Bias.add_((load32.mean() - load32).sign_().mul_(Scalars.Of(step)));
    }
}
