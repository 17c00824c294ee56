using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// The wide part of a head (Wide and Deep, Cheng et al. 2016): outputs that are linear in <see cref="WideFeatures"/>, beside those of the network. It is fitted before training, not in it, and
/// its numbers are buffers. Scoring reads them as plain memory: a few numbers an event are not worth several calls of torch. R items, K values of key fields, C columns, O outputs, N events, B users.
/// </summary>
internal sealed class WidePart : NamedModule
{
    private readonly WideSize _size;
    private readonly Func<ItemValues> _attributes;
    private WideModel? _model;

    /// <summary>One whose numbers are still to be read.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="attributes">The items' attributes, when they are known.</param>
    public WidePart(WideSize size, Func<ItemValues> attributes)
        : base(nameof(WidePart))
    {
        (_size, _attributes) = (size, attributes);
        register_buffer("items", zeros(size.Items, ScalarType.Int64));
        register_buffer("usual", zeros(size.Values));
        register_buffer("usual_length", zeros(1));
        if (size.Candidate) { register_buffer("item_shares", zeros(size.Items, size.Values)); }
        register_buffer("weights", zeros(size.Columns, size.Outputs));
        register_buffer("bias", zeros(size.Outputs));
        register_buffer("shares", tensor([0f, 1f])); // of the wide part, and of the network
        foreach (var buffer in buffers()) { buffer.DetachFromDisposeScope(); } // made while the data is looked at, in a scope
    }

    /// <summary>A fitted one.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="features">What it sees.</param>
    /// <param name="weights">C × O weights, then O biases.</param>
    /// <param name="attributes">The items' attributes.</param>
    public WidePart(WideSize size, WideFeatures features, double[] weights, Func<ItemValues> attributes)
        : this(size, attributes)
    {
        using var scope = NewDisposeScope();
        get_buffer("items")!.copy_(tensor([.. features.Bag.Items.Select(i => (long)i)]));
        Set("usual", features.Shares.Usual);
        Set("usual_length", [features.UsualLength]);
        if (features.ItemShares is { } shares) { Set("item_shares", shares); }
        float[] numbers = [.. weights.Select(w => (float)w)];
        Set("weights", numbers[..^size.Outputs]);
        Set("bias", numbers[^size.Outputs..]);
    }

    /// <summary>R.</summary>
    public int Items => _size.Items;

    /// <summary>The number of weights.</summary>
    public long WeightCount => (_size.Columns + 1L) * _size.Outputs;

    /// <summary>Sets how much the wide part and the network count.</summary>
    public void Share((double Wide, double Deep) shares)
    {
        using var scope = NewDisposeScope();
        get_buffer("shares")!.copy_(tensor([(float)shares.Wide, (float)shares.Deep]));
    }

    /// <summary>Both parts as one, (n, O).</summary>
    /// <param name="wide">(n, O): what <see cref="Outputs"/> gave.</param>
    /// <param name="network">(n, O): the network's outputs.</param>
    public Tensor Blend(Tensor wide, Tensor network)
    {
        var shares = get_buffer("shares")!;
        return (wide * shares.narrow(0, 0, 1)).Plus(network * shares.narrow(0, 1, 1));
    }

    /// <summary>(B, O): the wide part's outputs.</summary>
    /// <param name="input">The users' events.</param>
    /// <param name="candidates">(B) int64; <see langword="null"/> without.</param>
    public Tensor Outputs(SequenceInput input, Tensor? candidates)
    {
        var model = _model ??= Read(); // two threads may both read: the same
        var events = new WideEvents(Whole(input.Items), [.. input.KeyFields.Select(Whole)], _attributes());
        var about = candidates is null ? null : Whole(candidates);
        var outputs = model.Outputs(events, Rows(input, about));
        return HostCopy.Of(outputs, input.Items.device).view(input.Users, _size.Outputs);
    }

    private void Set(string name, float[] values) => get_buffer(name)!.copy_(tensor(values, get_buffer(name)!.shape));

    private static WideRow[] Rows(SequenceInput input, int[]? candidates)
    {
        var rows = new WideRow[input.Users];
        var places = input.Unpad is null ? null : Whole(input.Unpad);
        var start = 0;
        for (var user = 0; user < rows.Length; user++)
        {
            var end = start;
            while (end < input.Events && (places?[end] ?? end) / input.MaxLength == user) { end++; }
            rows[user] = new WideRow(start, end, candidates?[user] ?? 0);
            start = end;
        }
        return rows;
    }

    private static int[] Whole(Tensor values)
    {
        using var host = values.cpu();
        var numbers = new int[host.shape[0]];
        var view = numbers.Length > 0 ? HostCopy.View<long>(host) : default;
        for (var i = 0; i < numbers.Length; i++) { numbers[i] = (int)view[i]; }
        return numbers;
    }

    private WideModel Read()
    {
        using var scope = NewDisposeScope();
        var bag = new ItemBag([.. get_buffer("items")!.cpu().data<long>().ToArray().Select(i => (int)i)]);
        var features = new WideFeatures(bag, new FieldShares(_size.FieldValues, Numbers("usual")), Numbers("usual_length")[0], _size.Candidate ? Numbers("item_shares") : null);
        return new WideModel(features, Numbers("weights"), Numbers("bias"));

        float[] Numbers(string name) => get_buffer(name)!.cpu().contiguous().data<float>().ToArray();
    }
}
