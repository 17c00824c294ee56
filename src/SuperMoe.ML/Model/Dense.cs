using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>y = x W^T + b, with Glorot-normal weights drawn from a given generator.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight; // (outputs, inputs)
    private readonly Parameter? _bias; // (outputs)

    public Dense(int inputs, int outputs, Generator generator, bool bias = true, double? deviation = null)
        : base(nameof(Dense))
    {
        using var noGrad = no_grad();
        _weight = new Parameter(empty(outputs, inputs).normal_(0, deviation ?? Math.Sqrt(2.0 / (inputs + outputs)), generator));
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(zeros(outputs));
            register_parameter("bias", _bias);
        }
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
