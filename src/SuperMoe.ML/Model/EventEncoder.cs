using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// An event's vector: the sum of the embeddings of its item, side fields, position (counted back from the latest event) and time gap, a linear
/// map of its numbers, and one of the user's features; normalized. N events, B users, F numbers, P features, D model.
/// </summary>
internal sealed class EventEncoder : NamedModule
{
    /// <summary>Buckets of the time gap: 0 for a first event, 1 + floor(log2(1 + seconds)) otherwise; the last covers 2^38 seconds and more.</summary>
    public const int TimeGapBuckets = 40;

    /// <summary>Side tables of more rows than this are updated row by row.</summary>
    public const int WholeTableRows = 20_000;

    private readonly EmbeddingTable[] _fields;
    private readonly EmbeddingTable _positions;
    private readonly EmbeddingTable? _gaps;
    private readonly FeatureEncoder? _numbers;
    private readonly FeatureEncoder? _profiles;
    private readonly LayerNorm _norm;
    private readonly double _dropout;

    public EventEncoder(ModelShape shape, SuperMoeModelOptions options, ItemEncoder items, TableOptimizer optimizer, Generator generator)
        : base(nameof(EventEncoder))
    {
        var size = options.HiddenSize;
        _dropout = options.Dropout;
        Items = items;
        _fields = [.. shape.KeyFieldCounts.Select(count => Table(count + 1L))];
        _positions = Table(options.MaxLength + 1L);
        _gaps = shape.HasTime ? Table(TimeGapBuckets) : null;
        _numbers = shape.NumberFieldCount > 0 ? new FeatureEncoder(shape.NumberFieldCount, size, generator) : null;
        _profiles = shape.ProfileSize > 0 ? new FeatureEncoder(shape.ProfileSize, size, generator) : null;
        _norm = new LayerNorm(size);

        register_module("items", items);
        for (var f = 0; f < _fields.Length; f++) { register_module($"field{f}", _fields[f]); }
        register_module("positions", _positions);
        if (_gaps is not null) { register_module("gaps", _gaps); }
        if (_numbers is not null) { register_module("numbers", _numbers); }
        if (_profiles is not null) { register_module("profiles", _profiles); }
        register_module("norm", _norm);

        EmbeddingTable Table(long rows) =>
            new(rows, size, rows > WholeTableRows, optimizer, ItemEncoder.InitialDeviation, generator);
    }

    /// <summary>The items' vectors.</summary>
    public ItemEncoder Items { get; }

    /// <summary>The number-valued side fields; <see langword="null"/> without any.</summary>
    public FeatureEncoder? Numbers => _numbers;

    /// <summary>The user features; <see langword="null"/> without any.</summary>
    public FeatureEncoder? Profiles => _profiles;

    /// <summary>The side fields' tables, in the fields' order.</summary>
    public IReadOnlyList<EmbeddingTable> Fields => _fields;

    /// <summary>The events' vectors, (N, D), and what the users' features give, (B, D) or <see langword="null"/>.</summary>
    /// <param name="input">The users' events.</param>
    /// <param name="random">Dropout; <see langword="null"/> in inference.</param>
    /// <param name="items">(V + 1, D): all items' vectors, where somebody has computed them already.</param>
    public (Tensor Events, Tensor? Profile) Encode(SequenceInput input, RandomSource? random, Tensor? items = null)
    {
        using var positions = input.Positions.Plus(Scalars.Of(1L)); // row 0 stays zero
        var sum = Add(Items.Lookup(input.Items, random, items), _positions.Lookup(positions));
        for (var f = 0; f < _fields.Length; f++) { sum = Add(sum, _fields[f].Lookup(input.KeyFields[f])); }
        if (_gaps is not null) { sum = Add(sum, _gaps.Lookup(input.TimeGaps!)); }
        if (_numbers is not null) { sum = Add(sum, _numbers.forward(input.Numbers!)); }
        var profile = _profiles?.forward(input.Profiles!);
        if (profile is not null) { sum = Add(sum, profile.index_select(0, input.UserOfEvent!)); }
        using (sum)
        {
            var events = _norm.forward(sum);
            return (random is null ? events : random.Dropout(events, _dropout), profile);
        }
    }

    // Gives back both: a batch's dispose scope, which would hold them, grows by more than they are.
    private static Tensor Add(Tensor a, Tensor b)
    {
        using (a)
        using (b) { return a.add(b, Scalars.Of(1L)); } // a plus sign makes such a scalar
    }
}
