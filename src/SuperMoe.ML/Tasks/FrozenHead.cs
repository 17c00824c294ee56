using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// The linear part of an added task: of the frozen embedding, of the mean of the events' vectors, with a candidate item of its vector and its products with both, and a weight
/// for each item that a user's events have, over the square root of their number. Nothing in it is trained by gradients through the encoder, so it has buffers only.
/// B users, L longest sequence, D model, F features, V items, O outputs.
/// </summary>
internal sealed class FrozenHead : NamedModule
{
    private const long MostItemWeights = 1 << 24; // larger catalogues are known by their vectors alone

    private readonly bool _candidate;

    /// <param name="size">D.</param>
    /// <param name="outputs">O.</param>
    /// <param name="itemCount">V.</param>
    /// <param name="candidate">Whether there is a candidate item.</param>
    public FrozenHead(int size, int outputs, int itemCount, bool candidate)
        : base(nameof(FrozenHead))
    {
        _candidate = candidate;
        Outputs = outputs;
        register_buffer("weight", zeros(outputs, (candidate ? 5 : 2) * size));
        register_buffer("bias", zeros(outputs));
        if ((itemCount + 1L) * outputs <= MostItemWeights) { register_buffer("items", zeros(itemCount + 1, outputs)); }
    }

    /// <summary>O.</summary>
    public int Outputs { get; }

    /// <summary>Whether items have weights of their own.</summary>
    public bool HasItems => get_buffer("items") is not null;

    /// <summary>(B, F): what the weights are of.</summary>
    /// <param name="encoder">The encoder, for candidates.</param>
    /// <param name="embedding">(B, D).</param>
    /// <param name="seen">The events.</param>
    /// <param name="candidates">(B) int64 items, where there are candidates.</param>
    public Tensor Features(SuperMoeModel encoder, Tensor embedding, SeenEvents seen, Tensor? candidates)
    {
        if (!_candidate) { return cat([embedding, seen.Mean], -1); }
        var item = encoder.Items.Lookup(candidates!);
        return cat([embedding, seen.Mean, item, item * embedding, item * seen.Mean], -1);
    }

    /// <summary>(B, O): the raw outputs, before anything that was trained by gradients.</summary>
    public Tensor Apply(SuperMoeModel encoder, Tensor embedding, SeenEvents seen, Tensor? candidates)
    {
        var outputs = nn.functional.linear(Features(encoder, embedding, seen, candidates), get_buffer("weight")!, get_buffer("bias")!);
        if (seen.Items is null || get_buffer("items") is not { } weights) { return outputs; }
        var own = weights.index_select(0, seen.Items.flatten()).view(seen.Users, seen.MaxLength, Outputs); // (B, L, O); 0 for missing items
        return outputs.Plus(own.sum(1) * ItemScale(seen.Items));
    }

    /// <summary>(B, 1): what an item's weight counts in a user's output.</summary>
    public static Tensor ItemScale(Tensor items) =>
        items.ne(Scalars.Of(0L)).to(ScalarType.Float32).sum(1, keepdim: true).clamp(min: Scalars.Of(1.0)).rsqrt();

    /// <summary>Sets all weights.</summary>
    /// <param name="weight">O · F.</param>
    /// <param name="bias">O.</param>
    /// <param name="items">Items, and O weights for each.</param>
    public void Set(float[] weight, float[] bias, IEnumerable<(int Item, float[] Weights)> items)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var linear = get_buffer("weight")!;
        linear.copy_(tensor(weight).view(linear.shape));
        get_buffer("bias")!.copy_(tensor(bias));
        if (get_buffer("items") is not { } table) { return; }
        var values = new float[table.numel()];
        foreach (var (item, own) in items) { own.CopyTo(values.AsSpan(item * Outputs)); }
        table.copy_(tensor(values).view(table.shape));
    }
}
