using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Shares a loop over rows on the CPU among as many threads as torch uses.</summary>
internal static class CpuParts
{
    /// <summary>Calls <paramref name="visit"/> with 0..<paramref name="count"/>-1, in parts of <paramref name="size"/>, each in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a first call is a long one: it cannot wait for the tiers
    public static void Run(int count, int size, Action<int> visit)
    {
        var parts = (count + size - 1) / size;
        var threads = Math.Min(parts, get_num_threads());
        if (threads <= 1)
        {
            for (var i = 0; i < count; i++) { visit(i); }
            return;
        }
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            var end = Math.Min(count, (part + 1) * size);
            for (var i = part * size; i < end; i++) { visit(i); }
        });
    }
}
