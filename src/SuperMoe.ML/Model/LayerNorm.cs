using SuperMoe.ML.Embeddings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>Layer normalization over the last dimension (Ba et al. 2016).</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] _shape;

    public LayerNorm(int size)
        : base(nameof(LayerNorm))
    {
        _shape = [size];
        register_parameter("weight", new Parameter(ones(size)));
        register_parameter("bias", new Parameter(zeros(size)));
    }

    // Asked for each time: moving a module to a device replaces its parameters.
    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, _shape, Leaves.Of(get_parameter("weight")!), Leaves.Of(get_parameter("bias")!));
}
