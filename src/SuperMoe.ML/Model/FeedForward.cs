using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Model.MoE;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>A dense feed-forward network, D → H → D with GELU.</summary>
internal sealed class FeedForward : NamedModule, IFeedForward
{
    private readonly Dense _w1;
    private readonly Dense _w2;

    public FeedForward(int size, int hidden, Generator generator)
        : base(nameof(FeedForward))
    {
        _w1 = new Dense(size, hidden, generator, bias: false);
        _w2 = new Dense(hidden, size, generator, bias: false);
        register_module("w1", _w1);
        register_module("w2", _w2);
    }

    /// <inheritdoc/>
    public (Tensor Output, RouterOutput? Router) Apply(Tensor x, ComputePrecision compute, Tensor? indicators = null) =>
        (compute.Restore(_w2.Multiply(nn.functional.gelu(_w1.Multiply(x, compute)), compute)), null);
}
