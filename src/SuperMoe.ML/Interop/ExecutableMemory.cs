using System.Runtime.InteropServices;

namespace SuperMoe.ML.Interop;

/// <summary>Memory for machine code: written first, and only then executable. Systems may refuse that; who asks then computes otherwise.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int ReadExecute = 5; // PROT_READ | PROT_EXEC
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS
    private const uint Commit = 0x3000; // MEM_COMMIT | MEM_RESERVE
    private const uint PageReadWrite = 4;
    private const uint PageExecuteRead = 0x20;

    /// <summary>Copies code to where it stays until the process ends.</summary>
    /// <param name="code">Instructions that do not depend on where they stand.</param>
    /// <returns>Its address; 0 where the system refuses or is neither Linux nor Windows.</returns>
    public static nint Load(ReadOnlySpan<byte> code)
    {
        try
        {
            return OperatingSystem.IsLinux() ? LoadOnLinux(code) : OperatingSystem.IsWindows() ? LoadOnWindows(code) : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    private static nint LoadOnLinux(ReadOnlySpan<byte> code)
    {
        var size = (nuint)code.Length;
        var address = MMap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (address is 0 or -1) { return 0; }
        code.CopyTo(new Span<byte>((void*)address, code.Length));
        if (MProtect(address, size, ReadExecute) == 0) { return address; }
        _ = MUnmap(address, size);
        return 0;
    }

    private static nint LoadOnWindows(ReadOnlySpan<byte> code)
    {
        var size = (nuint)code.Length;
        var address = VirtualAlloc(0, size, Commit, PageReadWrite);
        if (address == 0) { return 0; }
        code.CopyTo(new Span<byte>((void*)address, code.Length));
        return VirtualProtect(address, size, PageExecuteRead, out _) != 0 ? address : 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MProtect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MUnmap(nint address, nuint length);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    private static partial nint VirtualAlloc(nint address, nuint length, uint type, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect")]
    private static partial int VirtualProtect(nint address, nuint length, uint protection, out uint before);
}
