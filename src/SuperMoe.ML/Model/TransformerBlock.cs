using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model.Attention;
using SuperMoe.ML.Model.MoE;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>A pre-norm transformer block: x + attention(norm(x)), then x + feed-forward(norm(x)).</summary>
internal sealed class TransformerBlock : NamedModule
{
    private readonly LayerNorm _attentionNorm;
    private readonly EventAttention _attention;
    private readonly LayerNorm _feedForwardNorm;
    private readonly double _dropout;

    public TransformerBlock(SuperMoeModelOptions options, bool sparse, int tasks, Generator generator)
        : base(nameof(TransformerBlock))
    {
        var size = options.HiddenSize;
        _dropout = options.Dropout;
        _attentionNorm = new LayerNorm(size);
        _attention = new EventAttention(size, options.Heads, generator);
        _feedForwardNorm = new LayerNorm(size);
        FeedForward = sparse
            ? new SparseMoe(size, options.FeedForwardSize / options.Moe.TopK, options.Moe, generator, tasks)
            : new FeedForward(size, options.FeedForwardSize, generator);
        register_module("attention_norm", _attentionNorm);
        register_module("attention", _attention);
        register_module("feed_forward_norm", _feedForwardNorm);
        register_module("feed_forward", (nn.Module)FeedForward);
    }

    /// <summary>The feed-forward network.</summary>
    public IFeedForward FeedForward { get; }

    /// <summary>Is told of the stages as they end; <see langword="null"/> where nobody measures.</summary>
    public Action<ScoringStage>? Ended { get; set; }

    /// <summary>One block.</summary>
    /// <param name="x">(N + B·T, D): events, then indicators.</param>
    /// <param name="input">Where events stand.</param>
    /// <param name="indicators">T.</param>
    /// <param name="events">Which events' states are still needed.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    /// <param name="compute">What is multiplied in.</param>
    /// <param name="looks">Whether the third result is needed.</param>
    /// <param name="kinds">(B·T) int64: of which indicator each token after the events is, where the router is to know; <see langword="null"/> where not.</param>
    /// <param name="seen">Is given the events' keys and values, where tokens are computed later.</param>
    /// <returns>(n + B·T, D), where n is N, B or 0 by <paramref name="events"/>; what a router did; and what indicators look at, as in <see cref="ModelOutput.Looks"/>.</returns>
    public (Tensor Output, RouterOutput? Router, Tensor? Looks) Apply(
        Tensor x, SequenceInput input, int indicators, EventStates events, RandomSource? random, ComputePrecision compute, bool looks = false,
        Tensor? kinds = null, List<EventKeys?>? seen = null)
    {
        // What is disposed here lives on where autograd needs it; a scope that held all of a batch's tensors would grow by more than they are.
        var normed = _attentionNorm.forward(x);
        seen?.Add(_attention.Keys(normed, input));
        Ended?.Invoke(ScoringStage.Norm);
        var (attended, looked) = _attention.Attend(normed, input, indicators, events, compute, looks);
        normed.Dispose();
        Ended?.Invoke(ScoringStage.Attention);
        using var sum = Add(x, attended, input, indicators, events, random);
        normed = _feedForwardNorm.forward(sum);
        Ended?.Invoke(ScoringStage.Norm);
        var (y, router) = FeedForward.Apply(normed, compute, kinds);
        normed.Dispose();
        Ended?.Invoke(ScoringStage.FeedForward);
        using (y)
        using (var dropped = Drop(y, random)) { return (sum.Plus(dropped), router, looked); }
    }

    // What is needed of x, plus what it attends to.
    private Tensor Add(Tensor x, Tensor attended, SequenceInput input, int indicators, EventStates events, RandomSource? random)
    {
        using (attended)
        using (var dropped = Drop(attended, random))
        {
            if (events == EventStates.All) { return x.Plus(dropped); }
            using var needed = Needed(x, input, indicators, events);
            return needed.Plus(dropped);
        }
    }

    private Tensor Drop(Tensor t, RandomSource? random) => random is null ? t : random.Dropout(t, _dropout);

    /// <summary>The block for one token a user, computed after the events.</summary>
    /// <param name="x">(B, D).</param>
    /// <param name="seen">The events; <see langword="null"/> without any.</param>
    /// <param name="mask">As <see cref="SequenceInput.Mask"/>.</param>
    /// <param name="adapters">On what the sub-layers give; <see langword="null"/> for none.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    /// <param name="kinds">(B) int64: of which indicator each token is, where the router is to know; <see langword="null"/> where not.</param>
    /// <returns>(B, D).</returns>
    public Tensor ApplyLate(Tensor x, EventKeys? seen, Tensor? mask, (Adapter Attention, Adapter FeedForward)? adapters, RandomSource? random, Tensor? kinds = null)
    {
        var attended = _attention.AttendLate(_attentionNorm.forward(x), seen, mask);
        x = x.Plus(Drop(adapters?.Attention.forward(attended) ?? attended));
        var (y, _) = FeedForward.Apply(_feedForwardNorm.forward(x), ComputePrecision.Float32, kinds);
        return x.Plus(Drop(adapters?.FeedForward.forward(y) ?? y));

        Tensor Drop(Tensor t) => random is null ? t : random.Dropout(t, _dropout);
    }

    private static Tensor Needed(Tensor x, SequenceInput input, int indicators, EventStates events)
    {
        if (events == EventStates.None) { return Tokens(); }
        var last = x.index_select(0, input.Last!);
        if (indicators == 0) { return last; }
        using (last)
        using (var tokens = Tokens()) { return cat([last, tokens]); }

        Tensor Tokens() => x.narrow(0, input.Events, (long)input.Users * indicators);
    }
}
