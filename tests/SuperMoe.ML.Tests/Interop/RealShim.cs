using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests.Interop;

/// <summary>TorchSharp's shim among the files of this test run.</summary>
internal static class RealShim
{
    /// <summary>Its path; skips the test where TorchSharp has another one (Windows, macOS).</summary>
    public static string Path()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The shim is marked on Linux only.");
        var directory = NativeSearchPath.OfThisProcess().DirectoryOf(MarkedShim.FileName);
        Assert.NotNull(directory);
        return System.IO.Path.Combine(directory, MarkedShim.FileName);
    }
}
