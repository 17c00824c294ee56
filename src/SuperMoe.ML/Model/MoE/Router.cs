using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model.MoE;

/// <summary>
/// Sends each token to the K experts of highest probability. A bias on an expert changes who is selected, never a weight, and moves against the
/// expert's load after each training step: balance without an auxiliary gradient (Wang et al. 2024; DeepSeek-V3). What else it knows of the tasks' indicators is up to
/// <see cref="TaskRouting"/>.
/// M tokens, of which the last I are indicators; T tasks, D model, E experts.
/// </summary>
internal sealed class Router : NamedModule
{
    private readonly int _topK;

    /// <param name="size">D.</param>
    /// <param name="experts">E.</param>
    /// <param name="topK">K.</param>
    /// <param name="generator">Draws the initial weights, the same whatever <paramref name="routing"/>.</param>
    /// <param name="routing">What is known of tasks.</param>
    /// <param name="tasks">T.</param>
    public Router(int size, int experts, int topK, Generator generator, TaskRouting routing = TaskRouting.Shared, int tasks = 0)
        : base(nameof(Router))
    {
        using var noGrad = no_grad();
        _topK = topK;
        register_parameter("weight", new Parameter(empty(experts, size).normal_(0, 1 / Math.Sqrt(size), generator)));
        register_buffer("bias", zeros(experts));
        if (routing == TaskRouting.Conditioned) { register_parameter("task_logits", new Parameter(zeros(1 + tasks, experts))); }
        if (routing == TaskRouting.SelectionBias) { register_buffer("task_bias", zeros(1 + tasks, experts)); }
    }

    // (E, D). Asked for each time: moving a module to a device replaces its parameters.
    private Tensor Weight => Leaves.Of(get_parameter("weight")!);

    private Tensor Bias => get_buffer("bias")!;

    // (1 + T, E) each, by indicator: 0 is the embedding's.
    private Parameter? TaskLogits => get_parameter("task_logits");

    private Tensor? TaskBias => get_buffer("task_bias");

    /// <summary>(M, D) → the router's output, and the gates, (M, K): the selected probabilities, for K over 1 scaled to a sum of 1.</summary>
    /// <param name="x">(M, D).</param>
    /// <param name="indicators">(I) int64: of which indicator each of the last tokens is; <see langword="null"/> for all tokens alike.</param>
    public (RouterOutput Output, Tensor Gates) Route(Tensor x, Tensor? indicators = null)
    {
        var logits = RowProducts.Linear(x, Weight);
        var bias = Bias;
        if (indicators is not null)
        {
            var events = x.shape[0] - indicators.shape[0];
            if (TaskLogits is { } own)
            {
                var conditioned = logits.narrow(0, events, indicators.shape[0]).Plus(Leaves.Of(own).index_select(0, indicators));
                logits = events == 0 ? conditioned : cat([logits.narrow(0, 0, events), conditioned]);
            }
            if (TaskBias is { } wishes) { bias = cat([bias.expand(events, -1), bias.Plus(wishes.index_select(0, indicators))]); } // (M, E)
        }
        var (probabilities, experts, gates) = ExpertRouting.Apply(logits, bias, _topK);
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
        Bias.Accumulate((load32.mean() - load32).sign_().mul_(Scalars.Of(step)));
    }

    /// <summary>
    /// Moves the selection bias of each task that was there by <paramref name="step"/>: up for experts that its tokens have a higher probability for than the tasks' mean, down
    /// for those of a lower one. The embedding's indicator, the first, is no task. A task alone is its own mean and moves nothing.
    /// </summary>
    /// <param name="wishes">(1 + T, E): probabilities of each indicator's tokens in the last training step, added up; a row of 0 if there were none.</param>
    /// <param name="step">The step.</param>
    public void Prefer(Tensor wishes, double step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (wishes.shape[0] < 2) { return; }
        var tasks = wishes.narrow(0, 1, wishes.shape[0] - 1); // (T, E)
        var tokens = tasks.sum(1, keepdim: true); // (T, 1): probabilities of a token sum to 1
        var present = tokens.gt(Scalars.Of(0.0)).to(ScalarType.Float32);
        var shares = tasks / tokens.clamp(min: Scalars.Of(1.0)); // P(e | t)
        var mean = shares.sum([0L]) / present.sum().clamp(min: Scalars.Of(1.0)); // P(e)
        var bound = 2.0 / wishes.shape[1];
        var bias = TaskBias!.narrow(0, 1, tasks.shape[0]);
        bias.Accumulate((shares - mean).mul_(present).sign_().mul_(Scalars.Of(step))).clamp_(Scalars.Of(-bound), Scalars.Of(bound));
    }
}
