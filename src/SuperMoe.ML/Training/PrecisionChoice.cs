using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What <see cref="Precision.Auto"/> means: the one place that decides.</summary>
internal static class PrecisionChoice
{
    /// <summary>The type of the encoder's matrix products in training.</summary>
    /// <remarks>
    /// On CPUs products alone are faster in bfloat16, and only with AVX-512 BF16 or AMX: float32 until a whole step is measured faster. CUDA devices are
    /// taken to have it, as all from compute capability 8.0 (2020) on do; TorchSharp does not tell.
    /// </remarks>
    public static ComputePrecision Of(Precision precision, Device device) => precision switch
    {
        Precision.BFloat16 => ComputePrecision.BFloat16,
        Precision.Auto when device.type == TorchSharp.DeviceType.CUDA => ComputePrecision.BFloat16,
        _ => ComputePrecision.Float32,
    };
}
