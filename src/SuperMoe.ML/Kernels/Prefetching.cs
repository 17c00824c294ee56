using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SuperMoe.ML.Kernels;

/// <summary>Asks for memory before it is read, where the processor cannot guess what comes next. Elsewhere than on x86 it does nothing.</summary>
internal static unsafe class Prefetching
{
    private const int Line = 16; // numbers

    /// <summary>Asks for a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* row, int count)
    {
        if (!Sse.IsSupported) { return; }
        for (var i = 0; i < count; i += Line) { Sse.Prefetch0(row + i); }
    }
}
