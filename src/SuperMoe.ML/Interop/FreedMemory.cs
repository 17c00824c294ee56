using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>
/// glibc maps memory of its own for each block above a threshold and gives it back when it is freed, so that tensors of a few megabytes are mapped, and cleared by the system, at every step.
/// The threshold follows the largest such block that was ever freed, up to 32 MiB (malloc(3), M_MMAP_THRESHOLD): one freed block tells it to keep what is freed. Nothing is set that it would not set itself.
/// </summary>
internal static unsafe class FreedMemory
{
    private const nuint Bytes = (32 << 20) - (64 << 10); // a little less than the most that counts: the block has a header

    /// <summary>To be called once; the block is never written to, so that it costs nothing.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux()) { return; }
        try { NativeMemory.Free(NativeMemory.Alloc(Bytes)); }
        catch (OutOfMemoryException)
        {
            // A process that may not have so much: only slower.
        }
    }
}
