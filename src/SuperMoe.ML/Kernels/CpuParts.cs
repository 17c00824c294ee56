using System.Runtime.CompilerServices;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Kernels;

/// <summary>Shares a loop over rows on the CPU among the threads that the caller may use.</summary>
internal static class CpuParts
{
    /// <summary>Calls <paramref name="visit"/> with 0..<paramref name="count"/>-1, in parts of <paramref name="size"/>, each in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a first call is a long one: it cannot wait for the tiers
    public static void Run(int count, int size, Action<int> visit)
    {
        var parts = (count + size - 1) / size;
        var threads = Math.Min(parts, SideBySide.Threads);
        if (threads <= 1)
        {
            for (var i = 0; i < count; i++) { visit(i); }
            return;
        }
        var next = -1;
        SideBySide.Run(threads, _ =>
        {
            for (int part; (part = Interlocked.Increment(ref next)) < parts;)
            {
                var end = Math.Min(count, (part + 1) * size);
                for (var i = part * size; i < end; i++) { visit(i); }
            }
        });
    }
}
