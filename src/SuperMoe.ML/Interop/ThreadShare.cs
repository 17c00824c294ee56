using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>
/// While it lives, libtorch computes with so many threads on the thread that made it, and on no other: OpenMP keeps the number for each thread. With one, many small
/// operations are faster so, and several batches side by side far more than one batch by several threads that wait for each other after each operation.
/// Where OpenMP cannot be asked (it is not GNU's or LLVM's), nothing changes.
/// </summary>
internal readonly unsafe struct ThreadShare : IDisposable
{
    private static readonly delegate* unmanaged<int> s_get;
    private static readonly delegate* unmanaged<int, void> s_set;

    private readonly int _before;

    static ThreadShare()
    {
        NativeLibraries.EnsureLoaded();
        // The libraries that libtorch depends on are searched too, and OpenMP's is one of them.
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libtorch_cpu.so", out var torch)) { return; }
        if (!NativeLibrary.TryGetExport(torch, "omp_get_max_threads", out var get) || !NativeLibrary.TryGetExport(torch, "omp_set_num_threads", out var set)) { return; }
        s_get = (delegate* unmanaged<int>)get;
        s_set = (delegate* unmanaged<int, void>)set;
    }

    private ThreadShare(int before) => _before = before;

    /// <summary>Begins; to be disposed on the same thread.</summary>
    /// <param name="threads">How many threads; with one, the calling thread computes alone.</param>
    public static ThreadShare Enter(int threads)
    {
        if (s_set is null) { return default; }
        _ = get_num_threads(); // at a thread's first question libtorch sets its number, which would undo ours
        var before = s_get();
        s_set(threads);
        return new ThreadShare(before);
    }

    public void Dispose()
    {
        if (_before > 0) { s_set(_before); }
    }
}
