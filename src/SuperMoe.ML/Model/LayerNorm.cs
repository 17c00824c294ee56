using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>Layer normalization over the last dimension (Ba et al. 2016).</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly long[] _shape;

    public LayerNorm(int size)
        : base(nameof(LayerNorm))
    {
        _shape = [size];
        _weight = new Parameter(ones(size));
        _bias = new Parameter(zeros(size));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, _shape, _weight, _bias);
}
