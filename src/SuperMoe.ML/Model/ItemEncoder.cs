using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// An item's vector: its id's embedding plus what its attributes give. Tied: the same vectors represent events and score candidates.
/// An item that training never saw has no embedding of its own and is known by its attributes; to learn to do without ids, some ids are
/// dropped in training (DropoutNet, Volkovs et al. 2017). V items, D model.
/// </summary>
internal sealed class ItemEncoder : NamedModule
{
    /// <summary>The standard deviation of initial embeddings.</summary>
    public const double InitialDeviation = 0.02;

    private readonly AttributeEncoder? _attributes;
    private readonly double _idDropout;

    public ItemEncoder(ModelShape shape, SuperMoeModelOptions options, bool updatesRows, TableOptimizer optimizer, Generator generator)
        : base(nameof(ItemEncoder))
    {
        _idDropout = options.ItemIdDropout;
        var ids = shape.ItemCount + 1L;
        var hashed = options.ItemTableRows < ids;
        var rows = hashed ? options.ItemTableRows!.Value : ids;
        var table = new EmbeddingTable(rows, options.HiddenSize, updatesRows, optimizer, InitialDeviation, generator);
        Table = hashed ? new HashedEmbeddingTable(ids, table, rows) : table;
        register_module("ids", (nn.Module)Table);
        if (shape.HasAttributes)
        {
            _attributes = new AttributeEncoder(shape, options.HiddenSize, generator);
            register_module("attributes", _attributes);
            register_buffer("seen", ones([ids, 1])); // (V + 1, 1): 1 if training saw the item
        }
    }

    /// <summary>The ids' embeddings.</summary>
    public IEmbeddingTable Table { get; }

    /// <summary>(V + 1, 1): 1 for items that training saw, 0 for the others; <see langword="null"/> without attributes.</summary>
    public Tensor? Seen => _attributes is null ? null : get_buffer("seen");

    /// <summary>The items' key-valued attributes in plain memory.</summary>
    public ItemValues Values => _attributes?.ItemValues ?? ItemValues.None;

    /// <summary>Sets the items' attributes and which items training sees.</summary>
    public void SetAttributes(IReadOnlyList<Tensor> values, Tensor? numbers, Tensor seen)
    {
        using var noGrad = no_grad();
        _attributes!.SetAttributes(values, numbers);
        get_buffer("seen")!.copy_(seen);
    }

    /// <summary>Checks attributes that were read from a file.</summary>
    /// <exception cref="InvalidDataException">A value that its field does not have.</exception>
    public void CheckAttributes(ModelShape shape) => _attributes?.Check(shape);

    /// <summary>(n) ids → (n, D).</summary>
    /// <param name="ids">Item ids.</param>
    /// <param name="random">Drops ids of items with attributes; <see langword="null"/> drops none.</param>
    /// <param name="all">(V + 1, D): all items' vectors, where somebody has computed them already: a mean of attributes need not be made for each id again.</param>
    public Tensor Lookup(Tensor ids, RandomSource? random = null, Tensor? all = null)
    {
        var drops = random is not null && _idDropout > 0 && _attributes is not null;
        if (all is not null)
        {
            var vectors = all.index_select(0, ids);
            return drops ? vectors - (Table.Lookup(ids) * Seen!.index_select(0, ids) * random!.Mask([ids.shape[0], 1], _idDropout)) : vectors;
        }
        if (_attributes is null) { return Table.Lookup(ids); }
        var keep = Seen!.index_select(0, ids);
        if (drops) { keep = keep * random!.Mask(keep.shape, 1 - _idDropout); }
        return (Table.Lookup(ids) * keep).Plus(_attributes.Lookup(ids));
    }

    /// <summary>(V + 1, D).</summary>
    public Tensor All() => _attributes is null ? Table.All() : (Table.All() * Seen!).Plus(_attributes.All());
}
