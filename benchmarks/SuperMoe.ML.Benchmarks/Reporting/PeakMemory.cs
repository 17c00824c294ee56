namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>The physical memory that an action needs at most beyond what is held before it.</summary>
internal static class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs";

    /// <summary>MiB; NaN where the system's peak cannot be set back (other systems than Linux).</summary>
    public static double MiB(Action action)
    {
        if (!File.Exists(Reset)) { return double.NaN; }
        try
        {
            File.WriteAllText(Reset, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return double.NaN;
        }
        var before = Machine.PeakMemoryMiB();
        action();
        return Machine.PeakMemoryMiB() - before;
    }
}
