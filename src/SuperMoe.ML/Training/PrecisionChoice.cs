using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training;

/// <summary>What <see cref="Precision.Auto"/> means: the one place that decides.</summary>
internal static class PrecisionChoice
{
    private const int LeastMajor = 8; // of a CUDA device's compute capability: products in bfloat16

    /// <summary>The type of the encoder's matrix products in training.</summary>
    /// <remarks>
    /// On CPUs they are too small to gain from bfloat16. CUDA devices have it from compute capability 8.0 (2020) on; one that does not tell its own is taken to.
    /// </remarks>
    public static ComputePrecision Of(Precision precision, Device device) => precision switch
    {
        Precision.BFloat16 => ComputePrecision.BFloat16,
        Precision.Auto when device.type == TorchSharp.DeviceType.CUDA && CudaDevice.Major(device.index) is 0 or >= LeastMajor => ComputePrecision.BFloat16,
        _ => ComputePrecision.Float32,
    };

    /// <summary>The type of the full softmax's logits and matrix products.</summary>
    /// <remarks>They are most of a step's work, and with AVX-512 BF16 or AMX three times as fast in bfloat16.</remarks>
    public static ScalarType OfLogits(Precision precision, Device device) =>
        precision == Precision.Auto && device.type == TorchSharp.DeviceType.CPU && ProcessorFeatures.BFloat16Products
            ? ScalarType.BFloat16
            : Of(precision, device).Type;
}
