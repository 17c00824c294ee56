using SuperMoe.ML.Embeddings;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Kernels.Tiles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>y = x W^T + b, with Glorot-normal weights drawn from a given generator.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    private readonly bool _hasBias;

    public Dense(int inputs, int outputs, Generator generator, bool bias = true, double? deviation = null)
        : base(nameof(Dense))
    {
        using var noGrad = no_grad();
        register_parameter("weight", new Parameter(empty(outputs, inputs).normal_(0, deviation ?? Math.Sqrt(2.0 / (inputs + outputs)), generator)));
        if (bias) { register_parameter("bias", new Parameter(zeros(outputs))); }
        _hasBias = bias;
    }

    /// <summary>(outputs, inputs) and (outputs), of a layer with a bias.</summary>
    public (Tensor Weight, Tensor Bias) Weights => (get_parameter("weight")!, get_parameter("bias")!);

    // Asked for each time: moving a module to a device replaces its parameters, and a field would keep the old ones.
    public override Tensor forward(Tensor input) => Multiply(input, ComputePrecision.Float32);

    /// <summary>The same, multiplied in <paramref name="compute"/>, and of that type.</summary>
    public Tensor Multiply(Tensor input, ComputePrecision compute) =>
        (compute.Type == ScalarType.Float32 ? RowProducts.Affine(input, get_parameter("weight")!, _hasBias ? get_parameter("bias")! : null) : null)
        ?? nn.functional.linear(compute.Cast(input), compute.Cast(Leaves.Of(get_parameter("weight")!)), _hasBias ? compute.Cast(Leaves.Of(get_parameter("bias")!)) : null);

    /// <summary>As <see cref="Multiply"/>, of a layer with a bias, in training by tiles where the processor has the vectors for them: then of float32 whatever it is multiplied in.</summary>
    public Tensor MultiplyTiled(Tensor input, ComputePrecision compute) =>
        (is_grad_enabled() ? TiledLinear.Apply(input, Leaves.Of(get_parameter("weight")!), Leaves.Of(get_parameter("bias")!), compute.Type) : null) ?? Multiply(input, compute);
}
