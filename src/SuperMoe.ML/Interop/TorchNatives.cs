using SuperMoe.ML.Interop;

namespace SuperMoe.ML;

/// <summary>The native libraries below TorchSharp: libtorch, and TorchSharp's own shim on top of it.</summary>
public static class TorchNatives
{
    /// <summary>
    /// Loads the native libraries, once for the process, or tells why they cannot be loaded. C# apps that reference
    /// the package never need this call: their natives are loaded when they start. Notebooks, scripts and apps in other
    /// languages call it before their first use of TorchSharp.
    /// </summary>
    /// <exception cref="DllNotFoundException">
    /// The natives cannot be loaded; the message names the cause and the cure (for example, the package to add).
    /// </exception>
    public static void EnsureLoaded() => NativeLibraries.EnsureLoaded();
}
