using Microsoft.ML;

namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>Makes contexts that compute where the command line says.</summary>
internal static class Contexts
{
    /// <param name="seed">The seed.</param>
    /// <param name="device">cpu, or cuda for the first GPU; without one, fitting fails.</param>
    public static MLContext Of(int seed, string device) => new(seed) { GpuDeviceId = device == "cuda" ? 0 : null };
}
