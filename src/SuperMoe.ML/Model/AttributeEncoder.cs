using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// The vector that an item's own attributes give it: for each key-valued attribute the mean of its values' embeddings, and a linear map of
/// its numbers. The attributes are buffers, saved with the weights. V items, A values an item, F numbers, D model.
/// </summary>
internal sealed class AttributeEncoder : NamedModule
{
    private readonly EmbeddingTable[] _tables;
    private readonly int[] _counts; // of each key-valued attribute's values
    private readonly BagLists?[] _lists; // made from the values when first needed, on their device
    private readonly Dense? _numbers;
    private ItemValues? _values; // made when first needed

    public AttributeEncoder(ModelShape shape, int size, Generator generator)
        : base(nameof(AttributeEncoder))
    {
        _counts = [.. shape.AttributeFields.Select(f => f.Count)];
        _lists = new BagLists?[shape.AttributeFields.Count];
        _tables = new EmbeddingTable[shape.AttributeFields.Count];
        for (var f = 0; f < _tables.Length; f++)
        {
            var (count, width) = shape.AttributeFields[f];
            _tables[f] = new EmbeddingTable(count + 1L, size, updatesRows: false, default, ItemEncoder.InitialDeviation, generator);
            register_module($"table{f}", _tables[f]);
            register_buffer($"values{f}", zeros([shape.ItemCount + 1L, width], ScalarType.Int64)); // (V + 1, A), 0 is none
        }
        if (shape.AttributeNumberCount > 0)
        {
            _numbers = new Dense(shape.AttributeNumberCount, size, generator, bias: false, deviation: ItemEncoder.InitialDeviation);
            register_module("numbers", _numbers);
            register_buffer("features", zeros([shape.ItemCount + 1L, shape.AttributeNumberCount])); // (V + 1, F)
        }
    }

    /// <summary>The key-valued attributes in plain memory.</summary>
    public ItemValues ItemValues
    {
        get
        {
            lock (_tables) { return _values ??= ReadValues(); }
        }
    }

    /// <summary>Sets what the items are like.</summary>
    /// <param name="values">Per key-valued attribute: (V + 1, A) int64, 0 is none.</param>
    /// <param name="numbers">(V + 1, F), or <see langword="null"/>.</param>
    public void SetAttributes(IReadOnlyList<Tensor> values, Tensor? numbers)
    {
        ForgetLists();
        _values = null;
        for (var f = 0; f < values.Count; f++) { get_buffer($"values{f}")!.copy_(values[f]); }
        if (numbers is not null) { get_buffer("features")!.copy_(numbers); }
    }

    /// <summary>Checks attributes that were read from a file.</summary>
    /// <exception cref="InvalidDataException">A value that its field does not have.</exception>
    public void Check(ModelShape shape)
    {
        for (var f = 0; f < _tables.Length; f++)
        {
            using var scope = NewDisposeScope();
            var values = get_buffer($"values{f}")!;
            long least = values.min().item<long>(), most = values.max().item<long>();
            if (least < 0 || most > shape.AttributeFields[f].Count)
            {
                throw new InvalidDataException($"Item attribute {f} holds keys from {least} to {most}; allowed is 0 to {shape.AttributeFields[f].Count}.");
            }
        }
    }

    /// <summary>(n) item ids → (n, D).</summary>
    public Tensor Lookup(Tensor ids)
    {
        var vectors = new List<Tensor>();
        for (var f = 0; f < _tables.Length; f++)
        {
            var values = Values(f).index_select(0, ids); // (n, A)
            var present = values.ne(Scalars.Of(0L)).unsqueeze(-1).to(ScalarType.Float32); // (n, A, 1)
            vectors.Add((_tables[f].Lookup(values) * present).sum(1) / present.sum(1).clamp_(min: Scalars.Of(1.0)));
        }
        if (_numbers is not null) { vectors.Add(_numbers.forward(get_buffer("features")!.index_select(0, ids))); }
        return vectors.Aggregate((a, b) => a.Plus(b));
    }

    /// <summary>(V + 1, D).</summary>
    public Tensor All()
    {
        var vectors = new List<Tensor>();
        for (var f = 0; f < _tables.Length; f++)
        {
            var table = _tables[f].All();
            vectors.Add(MeanBag.Apply(table, _lists[f] ??= new BagLists(Values(f), table.shape[0])));
        }
        if (_numbers is not null) { vectors.Add(_numbers.forward(get_buffer("features")!)); }
        return vectors.Aggregate((a, b) => a.Plus(b));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) { ForgetLists(); }
        base.Dispose(disposing);
    }

    private Tensor Values(int field) => get_buffer($"values{field}")!;

    // By pairs of item and value, of which there are far fewer than places in the padded lists.
    private ItemValues ReadValues()
    {
        if (_tables.Length == 0) { return ItemValues.None; }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var starts = new int[Values(0).shape[0] + 1]; // V + 2
        var pairs = new (long[] Items, long[] Values)[_tables.Length];
        for (var f = 0; f < pairs.Length; f++)
        {
            var present = Values(f).ne(Scalars.Of(0L));
            pairs[f] = (Whole(present.nonzero().select(1, 0)), Whole(Values(f).masked_select(present)));
            foreach (var item in pairs[f].Items) { starts[item + 1]++; }
        }
        for (var i = 1; i < starts.Length; i++) { starts[i] = checked(starts[i] + starts[i - 1]); }
        var (numbers, next, before) = (new int[starts[^1]], starts.ToArray(), starts.Length - 2L);
        for (var f = 0; f < pairs.Length; before += _counts[f++])
        {
            for (var p = 0; p < pairs[f].Items.Length; p++) { numbers[next[pairs[f].Items[p]]++] = (int)(before + pairs[f].Values[p]); }
        }
        return new ItemValues(starts, numbers);
    }

    private static long[] Whole(Tensor numbers) => numbers.cpu().contiguous().data<long>().ToArray();

    private void ForgetLists()
    {
        for (var f = 0; f < _lists.Length; f++)
        {
            _lists[f]?.Dispose();
            _lists[f] = null;
        }
    }
}
