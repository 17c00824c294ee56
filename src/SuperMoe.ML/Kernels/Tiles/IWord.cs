using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>
/// What a product takes in one step: 32 bits, which are one float32 number or a pair of bfloat16 numbers. A matrix of words has pairs along the dimension that is
/// summed over, so that a row of words is multiplied alike in both types. Needs vectors of 512 bits.
/// </summary>
internal unsafe interface IWord<TSelf> : IAccuracy<TSelf>
    where TSelf : unmanaged, IWord<TSelf>
{
    /// <summary>Whether this processor has what it needs.</summary>
    static abstract bool Suits { get; }

    /// <summary>How many numbers a word has: 1 or 2.</summary>
    static abstract int Numbers { get; }

    /// <summary>to[i, j] = Σ over s of a[i, s]·b[s, j], each pair of numbers with its pair; the numbers are summed as float32.</summary>
    /// <param name="a">Row i's word of step s is at i · <paramref name="across"/> + s · <paramref name="along"/>.</param>
    /// <param name="across">Words from one row to the next.</param>
    /// <param name="along">Words from one step to the next.</param>
    /// <param name="steps">How many, at least 1.</param>
    /// <param name="b">(steps, columns), rows <paramref name="width"/> words apart.</param>
    /// <param name="width">Words from one step to the next.</param>
    /// <param name="to">(rows, columns), rows <paramref name="stride"/> numbers apart.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="rows">A multiple of 4.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="add">Whether the products are added to what is there.</param>
    static abstract void Multiply(TSelf* a, int across, int along, int steps, TSelf* b, int width, float* to, int stride, int rows, int columns, bool add);

    /// <summary>Words along a row: numbers that follow each other make pairs.</summary>
    /// <param name="from">(count).</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="to">(count / <see cref="Numbers"/>).</param>
    static abstract void Along(float* from, int count, TSelf* to);

    /// <summary>Words across two rows, or one row as it is: numbers below each other make pairs.</summary>
    /// <param name="first">(count): the row.</param>
    /// <param name="second">(count): the row after it; read only where words are pairs.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="to">(count).</param>
    static abstract void Across(float* first, float* second, int count, TSelf* to);

    /// <summary>Writes 2 rows × 32 columns of numbers as words across rows and as words along rows.</summary>
    /// <param name="a0">The first row's first half.</param>
    /// <param name="a1">The first row's second half.</param>
    /// <param name="b0">The second row's first half.</param>
    /// <param name="b1">The second row's second half.</param>
    /// <param name="across">Where the words across begin: of pairs one row of them, else two, <paramref name="width"/> words apart.</param>
    /// <param name="width">Columns.</param>
    /// <param name="along">Where the first row's words along begin; only where words are pairs: else words along are the words across.</param>
    /// <param name="stride">Words from the first row's words along to the second's.</param>
    static abstract void Both(Vector512<float> a0, Vector512<float> a1, Vector512<float> b0, Vector512<float> b1, TSelf* across, int width, TSelf* along, int stride);

    /// <summary>Writes 2 rows × 16 columns of numbers as words across rows.</summary>
    /// <param name="a">The first row.</param>
    /// <param name="b">The second row.</param>
    /// <param name="to">Of pairs one row of words, else two, <paramref name="width"/> words apart.</param>
    /// <param name="width">Columns.</param>
    static abstract void Across(Vector512<float> a, Vector512<float> b, TSelf* to, int width);

    /// <summary>Writes 32 numbers of a row as words along it.</summary>
    static abstract void Along(Vector512<float> first, Vector512<float> second, TSelf* to);
}
