namespace SuperMoe.ML;

/// <summary>The numbers that matrix products of training are computed with. Weights, sums, losses and the saved model are float32 with each of them.</summary>
#pragma warning disable CA1720 // The type's name is what is meant.
public enum Precision
{
    /// <summary>
    /// What the hardware does well: <see cref="BFloat16"/> on a CUDA device; on a processor with AVX-512 BF16 or AMX, bfloat16 for the products of
    /// the full softmax, which gain most, and float32 for the others; otherwise <see cref="Float32"/>.
    /// </summary>
    Auto,

    /// <summary>float32: 24 bits of precision.</summary>
    Float32,

    /// <summary>bfloat16: the range of float32 with 8 bits of precision (Kalamkar et al. 2019).</summary>
    BFloat16,
}
#pragma warning restore CA1720
