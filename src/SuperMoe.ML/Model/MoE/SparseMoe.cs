using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>
/// A sparse mixture of experts (Shazeer et al. 2017): a router sends each token to K of E feed-forward networks of H hidden units; no token is dropped.
/// M tokens, D model.
/// </summary>
internal sealed class SparseMoe : NamedModule, IFeedForward
{
    private readonly FeedForward? _shared;

    public SparseMoe(int size, int hidden, MoeOptions options, Generator generator, int tasks = 0)
        : base(nameof(SparseMoe))
    {
        using var noGrad = no_grad();
        Router = new Router(size, options.Experts, options.TopK, generator, options.TaskRouting, tasks);
        var deviation = Math.Sqrt(2.0 / (size + hidden));
        register_module("router", Router);
        register_parameter("w1", new Parameter(empty(options.Experts, size, hidden).normal_(0, deviation, generator)));
        register_parameter("w2", new Parameter(empty(options.Experts, hidden, size).normal_(0, deviation, generator)));
        if (options.SharedExpert)
        {
            _shared = new FeedForward(size, hidden, generator);
            register_module("shared", _shared);
        }
    }

    /// <summary>Who decides where tokens go.</summary>
    public Router Router { get; }

    // (E, D, H) and (E, H, D). Asked for each time: moving a module to a device replaces its parameters.
    private Tensor W1 => Leaves.Of(get_parameter("w1")!);

    private Tensor W2 => Leaves.Of(get_parameter("w2")!);

    /// <inheritdoc/>
    public (Tensor Output, RouterOutput? Router) Apply(Tensor x, ComputePrecision compute, Tensor? indicators = null)
    {
        var (y, router) = Routed(x, compute, indicators);
        return (_shared is null ? y : y.Plus(_shared.Apply(x, compute).Output), router);
    }

    // On the CPU, what is not shared out among threads of our own is computed by one: OpenMP's would be in their way.
    private (Tensor Output, RouterOutput Router) Routed(Tensor x, ComputePrecision compute, Tensor? indicators)
    {
        using var lead = x.device_type == DeviceType.CPU ? SideBySide.Lead() : default;
        var (router, gates) = Router.Route(x, indicators);
        return (GroupedFeedForward.Apply(x, router.Experts, gates, W1, W2, compute.Type), router);
    }
}
