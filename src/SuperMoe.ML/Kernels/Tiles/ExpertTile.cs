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

    /// <summary>The rows' tokens as words across rows: (width words, D).</summary>
    /// <param name="tokens">(T, D).</param>
    /// <param name="assignments">The rows' assignments.</param>
    /// <param name="nothing">(D): zeros.</param>
    /// <param name="to">Becomes the words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Across(float* tokens, ReadOnlySpan<int> assignments, float* nothing, TWord* to)
    {
        for (int row = 0, width = Width(assignments.Length); row < width; row += TWord.Numbers, to += d)
        {
            var first = row < assignments.Length ? tokens + ((long)(assignments[row] / k) * d) : nothing;
            var last = row + TWord.Numbers - 1;
            TWord.Across(first, last < assignments.Length ? tokens + ((long)(assignments[last] / k) * d) : nothing, d, to);
        }
    }
}
