using System.Runtime.InteropServices;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>The most physical memory held: by an action beyond what is held before it, and by the process.</summary>
internal static class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs";

    private static double s_greatest; // of the peaks that were set back

    /// <summary>The process's peak in MiB, whatever was measured meanwhile.</summary>
    public static double ProcessMiB => Math.Max(s_greatest, Machine.PeakMemoryMiB());

    /// <summary>What an action needs, in MiB; NaN where the system's peak cannot be set back (other systems than Linux).</summary>
    public static double MiB(Action action)
    {
        if (!File.Exists(Reset)) { return double.NaN; }
        ReturnFreeMemory();
        var greatest = ProcessMiB;
        try
        {
            File.WriteAllText(Reset, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return double.NaN;
        }
        s_greatest = greatest;
        var before = Machine.PeakMemoryMiB();
        action();
        return Machine.PeakMemoryMiB() - before;
    }

    // Freed memory that the heap still holds would hide what the action takes from it.
    private static void ReturnFreeMemory()
    {
        try
        {
            _ = TrimHeap(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Other C libraries than glibc have no such call.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimHeap(nuint kept);
}
