using Microsoft.ML.Runtime;

namespace SuperMoe.ML.Interop;

/// <summary>What ML.NET's environment knows and its public surface does not tell.</summary>
internal static class MLNetHost
{
    /// <summary>The GPU that MLContext.GpuDeviceId names; <see langword="null"/> is the CPU.</summary>
    public static int? GpuDeviceId(IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).GpuDeviceId;

    /// <summary>Whether the CPU is to be used where the GPU cannot.</summary>
    public static bool FallbackToCpu(IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).FallbackToCpu;

    /// <summary>Throws when the environment's work has been cancelled.</summary>
    public static void CheckAlive(IHostEnvironment environment) => environment.CheckAlive();

    /// <summary>The error for a mistake in what the user asked for.</summary>
    public static Exception UserArgument(IExceptionContext context, string name, string message) => context.ExceptUserArg(name, message);

    /// <summary>The next random number of the environment: the same for the same seed of the MLContext and the same place in the program.</summary>
    public static int NextSeed(IHost host) => host.Rand.Next();
}
