using System.Runtime.Intrinsics.X86;

namespace SuperMoe.ML.Kernels;

/// <summary>What this computer's processor does well, beyond what the runtime tells.</summary>
internal static class ProcessorFeatures
{
    /// <summary>Whether there are instructions for products of bfloat16 numbers (AVX512_BF16 or AMX-BF16), which oneDNN then uses.</summary>
    public static bool BFloat16Products { get; } = HasBFloat16Products();

    // Leaf 7 of CPUID: AMX-BF16 is bit 22 of EDX of subleaf 0, AVX512_BF16 is bit 5 of EAX of subleaf 1 (Intel SDM, volume 2A).
    private static bool HasBFloat16Products()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) { return false; }
        var (subleaves, _, _, features) = X86Base.CpuId(7, 0);
        var amx = (features & (1 << 22)) != 0;
        var avx512 = subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        return (amx || avx512) && Avx512F.IsSupported; // the runtime knows whether the system saves the wide registers
    }
}
