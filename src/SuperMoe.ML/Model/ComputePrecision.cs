using static TorchSharp.torch;

namespace SuperMoe.ML.Model;

/// <summary>
/// The type that the encoder's matrix products are computed in. Weights, what leaves a layer, normalization, softmax, routing and losses are float32
/// whatever it is, and gradients of weights come back in float32.
/// </summary>
/// <param name="Type">The type.</param>
internal sealed record ComputePrecision(ScalarType Type)
{
    public static readonly ComputePrecision Float32 = new(ScalarType.Float32);

    public static readonly ComputePrecision BFloat16 = new(ScalarType.BFloat16);

    /// <summary>An operand of a product.</summary>
    public Tensor Cast(Tensor operand) => Type == ScalarType.Float32 ? operand : operand.to(Type);

    /// <summary>What a layer gives.</summary>
    public Tensor Restore(Tensor product) => Type == ScalarType.Float32 ? product : product.to(ScalarType.Float32);
}
