using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SuperMoe.ML.Kernels;

/// <summary>What this computer's processor does well, beyond what the runtime tells.</summary>
internal static class ProcessorFeatures
{
    // Leaf 7 of CPUID: AMX-BF16 is bit 22 of EDX of subleaf 0, AVX512_BF16 is bit 5 of EAX of subleaf 1 (Intel SDM, volume 2A).
    private static readonly bool s_amx = Leaf7(0) is { } leaf && (leaf.Edx & (1 << 22)) != 0;
    private static readonly bool s_avx512 = Leaf7(0) is { Eax: >= 1 } && (Leaf7(1)!.Value.Eax & (1 << 5)) != 0;

    /// <summary>Whether there are instructions for products of bfloat16 numbers (AVX512_BF16 or AMX-BF16), which oneDNN then uses.</summary>
    public static bool BFloat16Products { get; } = (s_amx || s_avx512) && Avx512F.IsSupported; // the runtime knows whether the system saves the wide registers

    /// <summary>Whether products of bfloat16 pairs in vectors (AVX512_BF16) are the fastest it has: AMX, which oneDNN uses, multiplies whole tiles.</summary>
    public static bool BFloat16Pairs { get; } =
        s_avx512 && !s_amx && Avx512F.IsSupported && Avx512BW.IsSupported && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static (int Eax, int Edx)? Leaf7(int subleaf)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) { return null; }
        var (eax, _, _, edx) = X86Base.CpuId(7, subleaf);
        return (eax, edx);
    }
}
