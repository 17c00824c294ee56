using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training.Added;

/// <summary>What the frozen encoder says of some labelled users, and their labels. B users, D model.</summary>
/// <param name="Seen">What an added token looks at.</param>
/// <param name="Embedding">(B, D).</param>
/// <param name="Labels">Of all B users.</param>
internal sealed record FrozenBatch(SeenEvents Seen, Tensor Embedding, TaskLabels Labels)
{
    /// <summary>The same in tensors of its own, outside of dispose scopes, laid out for products.</summary>
    public FrozenBatch Keep()
    {
        using var noGrad = no_grad();
        var blocks = Seen.Blocks.Select(b => b is null ? null : new EventKeys(Own(b.Keys), Own(b.Values))).ToArray();
        var seen = Seen with { Mask = Copy(Seen.Mask), Profile = Copy(Seen.Profile), Blocks = blocks, Items = Copy(Seen.Items), Mean = Own(Seen.Mean) };
        return new FrozenBatch(seen, Own(Embedding), new TaskLabels(Own(Labels.Rows), Own(Labels.Values), Copy(Labels.Candidates)));

        static Tensor? Copy(Tensor? tensor) => tensor is null ? null : Own(tensor);
        static Tensor Own(Tensor tensor) => tensor.detach().contiguous().clone().DetachFromDisposeScope();
    }

    /// <summary>Gives back what <see cref="Keep"/> made.</summary>
    public void Release()
    {
        foreach (var block in Seen.Blocks)
        {
            block?.Keys.Dispose();
            block?.Values.Dispose();
        }
        Tensor?[] others = [Seen.Mask, Seen.Profile, Seen.Items, Seen.Mean, Embedding, Labels.Rows, Labels.Values, Labels.Candidates];
        foreach (var tensor in others) { tensor?.Dispose(); }
    }
}
