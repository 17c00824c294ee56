using SuperMoe.ML.Embeddings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// An indicator token that came after training, with adapters on its own way through the blocks: the encoder's weights stay as they are.
/// B users, D model.
/// </summary>
internal sealed class AddedToken : NamedModule
{
    private readonly (Adapter Attention, Adapter FeedForward)[]? _adapters;

    /// <param name="options">The encoder's architecture.</param>
    /// <param name="bottleneck">The adapters' size; 0 is none.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public AddedToken(SuperMoeModelOptions options, int bottleneck, Generator generator)
        : base(nameof(AddedToken))
    {
        register_parameter("token", new Parameter(zeros(options.HiddenSize)));
        if (bottleneck == 0) { return; }
        _adapters = new (Adapter, Adapter)[options.Blocks];
        for (var b = 0; b < _adapters.Length; b++)
        {
            _adapters[b] = (new Adapter(options.HiddenSize, bottleneck, generator), new Adapter(options.HiddenSize, bottleneck, generator));
            register_module($"attention{b}", _adapters[b].Attention);
            register_module($"feed_forward{b}", _adapters[b].FeedForward);
        }
    }

    /// <summary>The adapters of a block: behind its attention and behind its feed-forward network.</summary>
    public (Adapter Attention, Adapter FeedForward)? Adapters(int block) => _adapters?[block];

    /// <summary>Makes the token a copy of the universal embedding's: a summary that works already, for the task to begin from.</summary>
    public void BeginAs(SuperMoeModel encoder)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        get_parameter("token")!.copy_(encoder.EmbeddingToken);
    }

    /// <summary>(B, D): the token's final states.</summary>
    /// <param name="encoder">The encoder that the token was added to.</param>
    /// <param name="seen">What it may look at.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    public Tensor Encode(SuperMoeModel encoder, SeenEvents seen, RandomSource? random) => encoder.EncodeLate(get_parameter("token")!, seen, this, random);
}
