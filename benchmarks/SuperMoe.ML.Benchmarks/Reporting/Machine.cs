using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SuperMoe.ML.Benchmarks.Reporting;

/// <summary>Where and of what a benchmark was run.</summary>
internal static class Machine
{
    /// <summary>The processor's name; its architecture where the system does not tell.</summary>
    public static string Cpu()
    {
        const string Information = "/proc/cpuinfo";
        var line = File.Exists(Information) ? File.ReadLines(Information).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    public static string OperatingSystem() => RuntimeInformation.OSDescription;

    /// <summary>The most physical memory that this process has held since its start, or since <see cref="PeakMemory"/> last set the peak back, in MiB.</summary>
    public static double PeakMemoryMiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / (1024.0 * 1024.0);
    }

    /// <summary>The commit that was built, as the SDK wrote it into the assembly; <see langword="null"/> outside a git clone.</summary>
    public static string? Commit()
    {
        var version = FileVersionInfo.GetVersionInfo(typeof(Machine).Assembly.Location).ProductVersion ?? "";
        return version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var at ? version[(at + 1)..] : null;
    }
}
