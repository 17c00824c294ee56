using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>Two bfloat16 numbers, the upper halves of float32 rounded to the nearest (halves up); the first one in the lower half of the word.</summary>
internal readonly unsafe struct BFloat16Pair : IWord<BFloat16Pair>
{
    private const int Lanes = 16;

#pragma warning disable CS0169, IDE0051, CA1823 // It is there for its size: words are written by whole vectors.
    private readonly uint _bits;
#pragma warning restore CS0169, IDE0051, CA1823

    /// <inheritdoc/>
    public static bool Suits => TileProgram.Suits;

    /// <inheritdoc/>
    public static int Numbers => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        BFloat16Pair* a, int across, int along, int steps, BFloat16Pair* b, int width, float* to, int stride, int rows, int columns, bool add)
    {
        TileProgram.Task task;
        task.Rows = a;
        (task.Across, task.Along, task.Width, task.Stride) = (sizeof(uint) * (long)across, sizeof(uint) * (long)along, sizeof(uint) * (long)width, sizeof(float) * (long)stride);
        (task.Steps, task.Groups) = (steps, rows / TileProgram.Rows);
        for (int column = 0, vectors; column < columns; column += vectors * Lanes)
        {
            vectors = Math.Min(TileProgram.Vectors, (columns - column) / Lanes);
            task.Columns = b + column;
            task.To = to + column;
            TileProgram.Run(&task, vectors, add);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Along(float* from, int count, BFloat16Pair* to)
    {
        var i = 0;
        for (; i <= count - (2 * Lanes); i += 2 * Lanes) { Narrow(Load(from + i), Load(from + i + Lanes)).Store((ushort*)to + i); }
        if (i < count) { Narrow(Load(from + i), default).GetLower().Store((ushort*)to + i); }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Across(float* first, float* second, int count, BFloat16Pair* to)
    {
        for (var i = 0; i < count; i += Lanes) { Pair(Load(first + i), Load(second + i)).Store((uint*)to + i); }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Both(
        Vector512<float> a0, Vector512<float> a1, Vector512<float> b0, Vector512<float> b1, BFloat16Pair* across, int width, BFloat16Pair* along, int stride)
    {
        Across(a0, b0, across, width);
        Across(a1, b1, across + Lanes, width);
        Along(a0, a1, along);
        Along(b0, b1, along + stride);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Across(Vector512<float> a, Vector512<float> b, BFloat16Pair* to, int width) => Pair(a, b).Store((uint*)to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Along(Vector512<float> first, Vector512<float> second, BFloat16Pair* to) => Narrow(first, second).Store((ushort*)to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x) => BFloat16Element.Reciprocal(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => VectorExp.OfNonPositiveRoughly(x);

    // Whatever is no number becomes one that rounding leaves so. What was computed here needs no such care: the processor makes no others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* from)
    {
        var x = Vector512.Load(from);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512.Create(float.NaN));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Pair(Vector512<float> lower, Vector512<float> upper) =>
        (Rounded(lower) >>> 16) | (Rounded(upper) & Vector512.Create(0xFFFF0000u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Narrow(Vector512<float> first, Vector512<float> second) => Vector512.Narrow(Rounded(first) >>> 16, Rounded(second) >>> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<float> x) => x.AsUInt32() + Vector512.Create(0x8000u);
}
