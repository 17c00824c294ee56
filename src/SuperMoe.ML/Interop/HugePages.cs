using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Interop;

/// <summary>
/// Asks Linux for pages of 2 MiB under large tensors, which it gives by default only to those who ask (transparent_hugepage = madvise). Rows picked from
/// all over a table of gigabytes otherwise wait for the page table too, and its first use for a fault every 4 KiB. A refusal changes nothing but the time.
/// </summary>
internal static partial class HugePages
{
    private const long Page = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>A new tensor of zeros.</summary>
    public static Tensor Zeros(long rows, long columns, ScalarType type, Device device) => Advise(empty([rows, columns], type, device)).zero_();

    /// <summary>Asks for large pages under <paramref name="tensor"/>, best before its first use.</summary>
    /// <returns>The tensor.</returns>
    public static unsafe Tensor Advise(Tensor tensor)
    {
        var bytes = tensor.numel() * tensor.element_size();
        if (!OperatingSystem.IsLinux() || tensor.device_type != DeviceType.CPU || bytes < 2 * Page) { return tensor; }
        using var first = tensor.view(-1).narrow(0, 0, 1); // the tensor itself may have more bytes than a span can count
        fixed (byte* at = first.bytes)
        {
            var start = ((nint)at + (nint)Page - 1) & -(nint)Page;
            var length = ((nint)at + (nint)bytes - start) & -(nint)Page;
            if (length > 0) { Ask(start, length); }
        }
        return tensor;
    }

    private static void Ask(nint start, nint length)
    {
        try
        {
            _ = MAdvise(start, (nuint)length, Advice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without it: only slower.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nuint length, int advice);
}
