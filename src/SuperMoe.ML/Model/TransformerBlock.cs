using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
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

    public TransformerBlock(SuperMoeModelOptions options, bool sparse, Generator generator)
        : base(nameof(TransformerBlock))
    {
        var size = options.HiddenSize;
        _dropout = options.Dropout;
        _attentionNorm = new LayerNorm(size);
        _attention = new EventAttention(size, options.Heads, generator);
        _feedForwardNorm = new LayerNorm(size);
        FeedForward = sparse
            ? new SparseMoe(size, options.FeedForwardSize / options.Moe.TopK, options.Moe, generator)
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
    /// <returns>(n + B·T, D), where n is N, B or 0 by <paramref name="events"/>.</returns>
    public (Tensor Output, RouterOutput? Router) Apply(
        Tensor x, SequenceInput input, int indicators, EventStates events, RandomSource? random, ComputePrecision compute)
    {
        // What is disposed here lives on where autograd needs it; a scope that held all of a batch's tensors would grow by more than they are.
        var normed = _attentionNorm.forward(x);
        Ended?.Invoke(ScoringStage.Norm);
        var attended = _attention.Attend(normed, input, indicators, events, compute);
        normed.Dispose();
        Ended?.Invoke(ScoringStage.Attention);
        using var sum = Add(x, attended, input, indicators, events, random);
        normed = _feedForwardNorm.forward(sum);
        Ended?.Invoke(ScoringStage.Norm);
        var (y, router) = FeedForward.Apply(normed, compute);
        normed.Dispose();
        Ended?.Invoke(ScoringStage.FeedForward);
        using (y)
        using (var dropped = Drop(y, random)) { return (Plus(sum, dropped), router); }
    }

    // What is needed of x, plus what it attends to.
    private Tensor Add(Tensor x, Tensor attended, SequenceInput input, int indicators, EventStates events, RandomSource? random)
    {
        using (attended)
        using (var dropped = Drop(attended, random))
        {
            if (events == EventStates.All) { return Plus(x, dropped); }
            using var needed = Needed(x, input, indicators, events);
            return Plus(needed, dropped);
        }
    }

    // The sign + makes a new scalar, 1, each time.
    private static Tensor Plus(Tensor a, Tensor b) => a.add(b, Scalars.Of(1L));

    private Tensor Drop(Tensor t, RandomSource? random) => random is null ? t : random.Dropout(t, _dropout);

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
