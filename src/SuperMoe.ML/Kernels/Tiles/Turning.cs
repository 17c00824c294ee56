using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>Turns matrices of 32 bits, float32 numbers or words, by squares of 16 × 16. Needs AVX-512.</summary>
internal static unsafe class Turning
{
    private const int Side = 16;

    /// <summary>to[j, i] = from[i, j].</summary>
    /// <param name="from">(rows, columns), rows <paramref name="fromStride"/> apart.</param>
    /// <param name="rows">A multiple of 16.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="fromStride">Numbers from one row to the next.</param>
    /// <param name="to">(columns, rows), rows <paramref name="toStride"/> apart.</param>
    /// <param name="toStride">Numbers from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* from, int rows, int columns, int fromStride, float* to, int toStride)
    {
        var parts = stackalloc Vector512<float>[Side];
        for (var i = 0; i < rows; i += Side)
        {
            for (var j = 0; j < columns; j += Side)
            {
                Quarters(from + ((long)i * fromStride) + j, fromStride, parts);
                Join(parts, to + ((long)j * toStride) + i, toStride);
            }
        }
    }

    // Four rows at a time: vector q of the group holds, in its lane of 128 bits l, column 4l + q of its four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(float* from, int stride, Vector512<float>* parts)
    {
        for (var group = 0; group < Side; group += 4, from += 4L * stride)
        {
            Vector512<float> a = Vector512.Load(from), b = Vector512.Load(from + stride), c = Vector512.Load(from + (2L * stride)), d = Vector512.Load(from + (3L * stride));
            var (abLow, abHigh) = (Avx512F.UnpackLow(a, b).AsDouble(), Avx512F.UnpackHigh(a, b).AsDouble());
            var (cdLow, cdHigh) = (Avx512F.UnpackLow(c, d).AsDouble(), Avx512F.UnpackHigh(c, d).AsDouble());
            parts[group] = Avx512F.UnpackLow(abLow, cdLow).AsSingle();
            parts[group + 1] = Avx512F.UnpackHigh(abLow, cdLow).AsSingle();
            parts[group + 2] = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
            parts[group + 3] = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
        }
    }

    // The lanes of the four groups' vectors q are columns q, 4 + q, 8 + q and 12 + q of all rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector512<float>* parts, float* to, int stride)
    {
        const byte Even = 0x88; // lanes 0 and 2 of each
        const byte Odd = 0xDD;
        for (var q = 0; q < 4; q++)
        {
            Vector512<float> a = parts[q], b = parts[4 + q], c = parts[8 + q], d = parts[12 + q];
            var (abEven, abOdd) = (Avx512F.Shuffle4x128(a, b, Even), Avx512F.Shuffle4x128(a, b, Odd));
            var (cdEven, cdOdd) = (Avx512F.Shuffle4x128(c, d, Even), Avx512F.Shuffle4x128(c, d, Odd));
            Avx512F.Shuffle4x128(abEven, cdEven, Even).Store(to + ((long)q * stride));
            Avx512F.Shuffle4x128(abOdd, cdOdd, Even).Store(to + ((4L + q) * stride));
            Avx512F.Shuffle4x128(abEven, cdEven, Odd).Store(to + ((8L + q) * stride));
            Avx512F.Shuffle4x128(abOdd, cdOdd, Odd).Store(to + ((12L + q) * stride));
        }
    }
}
