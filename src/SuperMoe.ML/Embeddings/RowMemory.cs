using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Embeddings;

/// <summary>
/// Rows of a matrix of float32 in the machine's own memory. Rows picked from all over a large table each wait for memory and for the page table, longer
/// the larger the table; asked for some rows ahead, they wait together.
/// </summary>
internal readonly unsafe struct RowMemory
{
    /// <summary>How many rows ahead rows are asked for.</summary>
    public const int Ahead = 8;

    private const int LineFloats = 16; // 64 bytes

    private readonly float* _first;
    private readonly int _size;

    /// <param name="matrix">(rows, D), such that <see cref="Holds"/>.</param>
    public RowMemory(Tensor matrix)
    {
        using var row = matrix.narrow(0, 0, 1); // the table itself has more bytes than a span can count
        _first = (float*)Unsafe.AsPointer(ref row.bytes[0]);
        _size = (int)matrix.shape[1];
    }

    /// <summary>Whether <paramref name="matrix"/> can be read this way.</summary>
    public static bool Holds(Tensor matrix) =>
        matrix.device_type == DeviceType.CPU && matrix.dtype == ScalarType.Float32 && matrix.numel() > 0 && matrix.is_contiguous();

    /// <summary>One row: D numbers, valid as long as the matrix is.</summary>
    public Span<float> this[long row] => new(_first + (row * _size), _size);

    /// <summary>Asks for a row that is read or written soon.</summary>
    public void Expect(long row)
    {
        if (!Sse.IsSupported) { return; }
        var at = _first + (row * _size);
        for (var i = 0; i < _size; i += LineFloats) { Sse.Prefetch0(at + i); }
    }

    /// <summary>The numbers of (n) int64 on the CPU, valid as long as the tensor is.</summary>
    public static ReadOnlySpan<long> Ids(Tensor ids) => MemoryMarshal.Cast<byte, long>(ids.bytes);
}
