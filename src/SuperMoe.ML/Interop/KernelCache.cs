using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>
/// oneDNN, which multiplies matrices for libtorch, keeps the code that it made for each shape of a product, up to 1,024 of them unless told otherwise. Batches of sequences have ever new shapes,
/// so that memory grows for thousands of steps by kernels that are hardly met again. Here it is told to keep fewer, where the user has not set the number.
/// </summary>
internal static partial class KernelCache
{
    private const string Variable = "ONEDNN_PRIMITIVE_CACHE_CAPACITY";
    private const string OlderVariable = "DNNL_PRIMITIVE_CACHE_CAPACITY";
    private const string Capacity = "128"; // of 64 to 1,024 none trains faster than another

    /// <summary>To be called before the first product; later it changes nothing.</summary>
    public static void Bound()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null || Environment.GetEnvironmentVariable(OlderVariable) is not null) { return; }
        if (OperatingSystem.IsWindows()) { Environment.SetEnvironmentVariable(Variable, Capacity); }
        else
        {
            // .NET keeps variables for itself there; native code reads the C library's.
            try { _ = SetVariable(Variable, Capacity, 0); }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                // A system without it: only more memory.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
