using System.Runtime.CompilerServices;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tests;

/// <summary>A test may touch TorchSharp before any type of the library, whose own initializer would load the natives.</summary>
internal static class LoadNatives
{
#pragma warning disable CA2255 // Before the first test, whatever it is
    [ModuleInitializer]
    internal static void BeforeTests() => NativeLibraries.EnsureLoaded();
#pragma warning restore CA2255
}
