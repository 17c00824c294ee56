using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// A bottleneck behind a sub-layer of a frozen network (Houlsby et al. 2019): x + up(gelu(down(x))). It begins as the identity, since up begins at zero.
/// M tokens, D model, R bottleneck.
/// </summary>
internal sealed class Adapter : NamedModule
{
    private readonly Dense _down; // D → R
    private readonly Dense _up; // R → D

    public Adapter(int size, int bottleneck, Generator generator)
        : base(nameof(Adapter))
    {
        _down = new Dense(size, bottleneck, generator);
        _up = new Dense(bottleneck, size, generator, deviation: 0);
        register_module("down", _down);
        register_module("up", _up);
    }

    /// <summary>(M, D) → (M, D).</summary>
    public Tensor forward(Tensor x) => x.Plus(_up.forward(nn.functional.gelu(_down.forward(x))));
}
