using System.Runtime.CompilerServices;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// Up to <see cref="Most"/> rows of an expert, beside each other: hidden units are computed below each other, so that no matrix of weights is turned for them.
/// D model, H hidden units, K experts a token.
/// </summary>
/// <param name="d">D.</param>
/// <param name="k">K.</param>
internal readonly unsafe ref struct ExpertTile<TWord>(int d, int k)
    where TWord : unmanaged, IWord<TWord>
{
    /// <summary>The most rows of a tile.</summary>
    public const int Most = 64;

    /// <summary>How many tiles are computed with the same part of the weights, before the next part.</summary>
    public const int Together = 4;

    /// <summary>Hidden units that are computed together.</summary>
    public const int Slice = 32;

    /// <summary>Hidden units that are held: what is summed over at a time.</summary>
    public const int Chunk = 4 * Slice;

    /// <summary>What rows are padded to.</summary>
    public const int Columns = 32;

    private const int Ahead = 8; // rows that are asked for before they are read

    /// <summary>How many rows a tile of so many has with padding.</summary>
    public static int Width(int count) => (count + Columns - 1) / Columns * Columns;

    /// <summary>The rows' tokens as words along, turned: (D words, width).</summary>
    /// <param name="tokens">(T, D).</param>
    /// <param name="assignments">The rows' assignments.</param>
    /// <param name="along">Room for a tile's words.</param>
    /// <param name="to">Becomes the words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Turned(float* tokens, ReadOnlySpan<int> assignments, TWord* along, TWord* to)
    {
        var (words, width) = (d / TWord.Numbers, Width(assignments.Length));
        for (var row = 0; row < assignments.Length; row++)
        {
            if (row + Ahead < assignments.Length) { Prefetching.Row(tokens + ((long)(assignments[row + Ahead] / k) * d), d); }
            TWord.Along(tokens + ((long)(assignments[row] / k) * d), d, along + ((long)row * words));
        }
        new Span<TWord>(along + ((long)assignments.Length * words), (width - assignments.Length) * words).Clear();
        Turning.Turn((float*)along, width, words, words, (float*)to, width);
    }

    /// <summary>The tokens of the rows of some tiles as words across rows, in panels: (row words, D).</summary>
    /// <param name="tokens">(T, D).</param>
    /// <param name="assignments">The rows' assignments.</param>
    /// <param name="nothing">(D): zeros.</param>
    /// <param name="to">Becomes the panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Across(float* tokens, ReadOnlySpan<int> assignments, float* nothing, TWord* to)
    {
        var span = Width(assignments.Length) / TWord.Numbers;
        for (var step = 0; step < span; step++)
        {
            var row = step * TWord.Numbers;
            var last = row + TWord.Numbers - 1;
            var first = row < assignments.Length ? tokens + ((long)(assignments[row] / k) * d) : nothing;
            var second = last < assignments.Length ? tokens + ((long)(assignments[last] / k) * d) : nothing;
            for (int column = 0, width; column < d; column += width)
            {
                width = Math.Min(Panels<TWord>.Columns, d - column);
                TWord.Across(first + column, second + column, width, to + ((long)column * span) + ((long)step * width));
            }
        }
    }

    /// <summary>Columns of a matrix, pairs below each other, in slices: (D words, <see cref="Slice"/>) each.</summary>
    /// <param name="matrix">(D, count), rows <paramref name="stride"/> apart.</param>
    /// <param name="d">D.</param>
    /// <param name="count">How many columns.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="to">Becomes the slices.</param>
    public static void Slices(float* matrix, int d, int count, int stride, TWord* to)
    {
        for (var unit = 0; unit < count; unit += Slice) { Panels<TWord>.Across(matrix + unit, d, Slice, stride, to + ((long)unit * d / TWord.Numbers)); }
    }
}
