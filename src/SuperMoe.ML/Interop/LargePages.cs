using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Asks libtorch on Linux for large pages of memory (2 MiB instead of 4 KiB) for its large tensors. A training step makes and forgets gradients of
/// tens of megabytes, and the system clears each page of them on first touch: with small pages that is a fifth of a step with many experts.
/// </summary>
internal static partial class LargePages
{
    /// <summary>libtorch reads it once, at its first large tensor.</summary>
    private const string Variable = "THP_MEM_ALLOC_ENABLE";

    /// <summary>Asks, before libtorch is loaded, unless the user has set the variable either way.</summary>
    public static void Ask()
    {
        try
        {
            _ = SetNative(Variable, "1", overwrite: 0); // .NET's own does not reach native libraries
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without it: only slower.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
