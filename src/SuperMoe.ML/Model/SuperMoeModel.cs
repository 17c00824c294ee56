using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model.MoE;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// The encoder: events through pre-norm transformer blocks with sparse experts, with one learned indicator token for the user embedding and
/// one for each task, if tasks have them, appended after a user's events. N events, B users, T indicators, D model.
/// </summary>
internal sealed class SuperMoeModel : NamedModule
{
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly double _eventDropout;
    private readonly bool _routesByTask;

    /// <param name="shape">The sizes that the data gives.</param>
    /// <param name="options">The architecture.</param>
    /// <param name="updatesItemRows">Whether the item table is updated row by row.</param>
    /// <param name="optimizer">The optimizer of tables that are.</param>
    /// <param name="generator">Draws the initial weights, on the CPU.</param>
    public SuperMoeModel(ModelShape shape, SuperMoeModelOptions options, bool updatesItemRows, TableOptimizer optimizer, Generator generator)
        : base(nameof(SuperMoeModel))
    {
        using var noGrad = no_grad();
        (Size, EmbeddingSize) = (options.HiddenSize, options.EmbeddingSize);
        _eventDropout = options.EventDropout;
        _routesByTask = options.Moe.TaskRouting != TaskRouting.Shared;
        Items = new ItemEncoder(shape, options, updatesItemRows, optimizer, generator);
        Encoder = new EventEncoder(shape, options, Items, optimizer, generator);
        var taskTokens = options.Sharing == TaskSharing.Indicators ? shape.TaskCount : 0;
        var tokens = new Parameter(empty(1 + taskTokens, Size).normal_(0, 1, generator)); // as large as normalized events
        _blocks = [.. Enumerable.Range(0, options.Blocks).Select(b => new TransformerBlock(options, IsSparse(options.Moe, b), taskTokens, generator))];
        _norm = new LayerNorm(Size);
        register_module("encoder", Encoder);
        register_parameter("indicators", tokens);
        for (var b = 0; b < _blocks.Length; b++) { register_module($"block{b}", _blocks[b]); }
        register_module("norm", _norm);
    }

    /// <summary>D.</summary>
    public int Size { get; }

    /// <summary>The size of the user embedding: D, or 2 D with its events pooled.</summary>
    public int EmbeddingSize { get; }

    /// <summary>The items' vectors.</summary>
    public ItemEncoder Items { get; }

    /// <summary>The events' vectors.</summary>
    public EventEncoder Encoder { get; }

    /// <summary>Is told of the stages of an encoding as they end, with the block's number where a stage is a block's; <see langword="null"/> where nobody measures.</summary>
    public Action<ScoringStage, int>? Ended
    {
        get;
        set
        {
            field = value;
            for (var b = 0; b < _blocks.Length; b++)
            {
                var block = b;
                _blocks[b].Ended = value is null ? null : stage => value(stage, block);
            }
        }
    }

    /// <summary>(D): the universal embedding's token.</summary>
    public Tensor EmbeddingToken => get_parameter("indicators")![0];

    /// <summary>Per block: its router, or <see langword="null"/> in a dense block.</summary>
    public IEnumerable<Router?> Routers => _blocks.Select(b => (b.FeedForward as SparseMoe)?.Router);

    /// <summary>Encodes users.</summary>
    /// <param name="input">The users' events.</param>
    /// <param name="indicators">Which indicators to compute: 0 is the embedding's, 1 + t is task t's. A state does not depend on the others.</param>
    /// <param name="events">Whether events' states are needed.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    /// <param name="compute">What the blocks multiply in; <see langword="null"/> is float32.</param>
    /// <param name="items">(V + 1, D): all items' vectors, where somebody has computed them already.</param>
    /// <param name="looks">Whether <see cref="ModelOutput.Looks"/> is needed.</param>
    /// <param name="seen">Whether <see cref="ModelOutput.Seen"/> is needed.</param>
    /// <param name="pools">Whether <see cref="ModelOutput.Pooled"/> is needed.</param>
    public ModelOutput Encode(
        SequenceInput input, IReadOnlyList<int> indicators, bool events, RandomSource? random, ComputePrecision? compute = null, Tensor? items = null,
        bool looks = false, bool seen = false, bool pools = false) =>
        Encode(input, indicators, events ? EventStates.All : EventStates.None, random, compute ?? ComputePrecision.Float32, items, looks, seen, pools);

    /// <summary>Encodes users in inference, with the states of latest events only: what is needed of the last block is not more than that.</summary>
    /// <param name="input">The users' events.</param>
    /// <param name="indicators">Which indicators to compute.</param>
    /// <param name="items">(V + 1, D): all items' vectors, where somebody has computed them already.</param>
    /// <param name="seen">Whether <see cref="ModelOutput.Seen"/> is needed.</param>
    /// <param name="pools">Whether <see cref="ModelOutput.Pooled"/> is needed.</param>
    public ModelOutput EncodeLast(SequenceInput input, IReadOnlyList<int> indicators, Tensor? items = null, bool seen = false, bool pools = false) =>
        Encode(input, indicators, input.Events > 0 ? EventStates.Last : EventStates.None, null, ComputePrecision.Float32, items, looks: false, seen, pools);

    /// <summary>Encodes one more token a user, after the events: it sees what an indicator sees, and nobody sees it.</summary>
    /// <param name="token">(D).</param>
    /// <param name="seen">What an encoding of the users has left.</param>
    /// <param name="added">The token's adapters; <see langword="null"/> for none.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    /// <param name="indicator">Which of the model's own indicators it is, where routers are to know; <see langword="null"/> for none of them.</param>
    /// <returns>(B, D).</returns>
    public Tensor EncodeLate(Tensor token, SeenEvents seen, AddedToken? added = null, RandomSource? random = null, int? indicator = null)
    {
        var mask = random is not null && _eventDropout > 0 && seen.MaxLength > 0
            ? Hide(HiddenEvents(seen.Users, seen.MaxLength, 1, random), seen.Mask)
            : seen.Mask;
        var x = seen.Profile is null ? token.expand(seen.Users, -1) : token.Plus(seen.Profile); // (B, D)
        var kinds = _routesByTask && indicator is { } own ? tensor([(long)own], device: x.device).repeat(seen.Users) : null;
        for (var b = 0; b < _blocks.Length; b++) { x = _blocks[b].ApplyLate(x, seen.Blocks[b], mask, added?.Adapters(b), random, kinds); }
        return _norm.forward(x);
    }

    private ModelOutput Encode(
        SequenceInput input, IReadOnlyList<int> indicators, EventStates events, RandomSource? random, ComputePrecision compute, Tensor? items, bool looks, bool seen, bool pools)
    {
        if (indicators.Count == 0 && events == EventStates.None) { return new ModelOutput(null, null, []); }
        var (x, profile) = Encoder.Encode(input, random, items);
        var keys = seen ? new List<EventKeys?>(_blocks.Length) : null;
        var left = keys is null ? null : SeenEvents.Of(input, x, profile, keys);
        var pooled = pools ? SeenEvents.Pool(input, x, 0.5f) : null;
        Tensor? hidden = null; // (B, 1, T, L)
        if (random is not null && _eventDropout > 0 && indicators.Count > 0 && input.Events > 0)
        {
            hidden = HiddenEvents(input.Users, input.MaxLength, indicators.Count, random);
            input = input with { Mask = Hide(hidden, input.Mask) };
        }
        if (indicators.Count > 0)
        {
            using var own = x;
            using var tokens = IndicatorTokens(indicators, input.Users, profile);
            x = cat([own, tokens]);
        }
        Ended?.Invoke(ScoringStage.Events, 0);
        var kinds = _routesByTask && indicators.Count > 0
            ? tensor([.. indicators.Select(i => (long)i)], device: x.device).repeat(input.Users) : null; // (B·T), as the tokens stand
        var routers = new List<(int, RouterOutput)>(_blocks.Length);
        var looked = new List<Tensor>();
        for (var b = 0; b < _blocks.Length; b++)
        {
            var last = b == _blocks.Length - 1;
            var (y, router, look) = _blocks[b].Apply(x, input, indicators.Count, last ? events : EventStates.All, random, compute, looks, kinds, keys);
            if (router is not null)
            {
                routers.Add((b, router));
                if (look is not null) { looked.Add(look); }
            }
            x.Dispose();
            x = y;
        }
        using var states = x;
        x = _norm.forward(states);
        Ended?.Invoke(ScoringStage.Norm, _blocks.Length);
        var first = events switch { EventStates.All => input.Events, EventStates.Last => input.Users, _ => 0 };
        return new ModelOutput(
            events == EventStates.None ? null : x.narrow(0, 0, first),
            indicators.Count > 0 ? x.narrow(0, first, x.size(0) - first).view(input.Users, indicators.Count, Size) : null,
            routers)
        {
            Looks = looked,
            Hidden = hidden?.select(2, 0).reshape(-1),
            Seen = left,
            Pooled = pooled,
        };
    }

    // (B, 1, T, L): each indicator misses events of its own.
    private Tensor HiddenEvents(int users, int length, int indicators, RandomSource random) => random.Mask([users, 1, indicators, length], _eventDropout);

    private static Tensor Hide(Tensor hidden, Tensor? mask)
    {
        var shut = zeros_like(hidden).masked_fill_(hidden.to(ScalarType.Bool), Scalars.Of(double.NegativeInfinity));
        return mask is null ? shut : shut.Plus(mask);
    }

    private Tensor IndicatorTokens(IReadOnlyList<int> indicators, int users, Tensor? profile)
    {
        var all = Leaves.Of(get_parameter("indicators")!); // (1 + tasks, D); asked for each time, since moving the module to a device replaces it
        using var chosen = Chosen(all, indicators); // (T, D)
        using var tokens = profile is null ? chosen.expand(users, -1, -1) : chosen.Plus(profile.unsqueeze(1)); // (B, T, D)
        return tokens.reshape((long)users * indicators.Count, Size);
    }

    // One view where they follow each other, as most often they do.
    private static Tensor Chosen(Tensor all, IReadOnlyList<int> indicators)
    {
        for (var t = 1; t < indicators.Count; t++)
        {
            if (indicators[t] != indicators[0] + t) { return stack([.. indicators.Select(i => all[i])]); }
        }
        return all.narrow(0, indicators[0], indicators.Count);
    }

    private static bool IsSparse(MoeOptions options, int block) =>
        options.Experts > 1 && (options.SparseBlocks is null || options.SparseBlocks.Contains(block));
}
