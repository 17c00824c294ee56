using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// Matrices of words cut into panels of 64 columns, panel after panel: what a product reads together stands together. Rows that are a power of two apart would share few places of the nearest cache.
/// </summary>
internal static unsafe class Panels<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    /// <summary>Columns of a panel; the last may have fewer.</summary>
    public const int Columns = 64;

    /// <summary>Pairs below each other: (A words, B).</summary>
    /// <param name="matrix">(A, B), rows <paramref name="stride"/> apart.</param>
    /// <param name="a">A; below an odd last row stand zeros.</param>
    /// <param name="b">B.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="to">Becomes the panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Across(float* matrix, int a, int b, int stride, TWord* to)
    {
        var nothing = stackalloc float[Columns]; // below an odd row
        new Span<float>(nothing, Columns).Clear();
        for (int column = 0, width; column < b; column += width)
        {
            width = Math.Min(Columns, b - column);
            var from = matrix + column;
            var i = 0;
            for (; i <= a - TWord.Numbers; i += TWord.Numbers, from += (long)TWord.Numbers * stride, to += width) { TWord.Across(from, from + stride, width, to); }
            if (i == a) { continue; }
            TWord.Across(from, nothing, width, to);
            to += width;
        }
    }

    /// <summary>Pairs beside each other, and the whole turned: (B words, A).</summary>
    /// <param name="matrix">(A, B), rows <paramref name="stride"/> apart.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="along">Room for 64 rows of words.</param>
    /// <param name="to">Becomes the panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turned(float* matrix, int a, int b, int stride, TWord* along, TWord* to)
    {
        var words = b / TWord.Numbers;
        for (int first = 0, rows; first < a; first += rows, to += (long)rows * words)
        {
            rows = Math.Min(Columns, a - first);
            for (var i = 0; i < rows; i++) { TWord.Along(matrix + ((long)(first + i) * stride), b, along + ((long)i * words)); }
            Turning.Turn((float*)along, rows, words, words, (float*)to, rows);
        }
    }

    /// <summary>As <see cref="IWord{TSelf}.Multiply"/>, of panels.</summary>
    public static void Multiply(TWord* a, int across, int along, int steps, TWord* panels, float* to, int stride, int rows, int columns, bool add)
    {
        for (int column = 0, width; column < columns; column += width, panels += (long)steps * width)
        {
            width = Math.Min(Columns, columns - column);
            TWord.Multiply(a, across, along, steps, panels, width, to + column, stride, rows, width, add);
        }
    }
}
