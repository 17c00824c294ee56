using System.Runtime.InteropServices;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

public sealed class KernelCacheTests
{
    [SkippableFact]
    public void Native_code_sees_a_bound_that_the_user_did_not_set()
    {
        Skip.If(OperatingSystem.IsWindows());
        const string name = "ONEDNN_PRIMITIVE_CACHE_CAPACITY";
        NativeLibraries.EnsureLoaded();

        Assert.Equal(Environment.GetEnvironmentVariable(name) ?? "128", Marshal.PtrToStringUTF8(Get(name)));
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Get(string name);
}
