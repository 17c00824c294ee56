using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels.Tiles;

/// <summary>x·Wᵀ + b and its gradients, by tiles, on the calling thread. M rows, A numbers of a row, B columns; A and B are multiples of 32.</summary>
internal static unsafe class LinearTiles<TWord>
    where TWord : unmanaged, IWord<TWord>
{
    private const int Rows = 64; // that are packed at a time
    private const int Batch = 256; // rows that a weight's gradient is summed over at a time
    private const int Group = 4; // rows of a product
    private const int Lanes = 16;

    /// <summary>(M, A) → (M, B).</summary>
    /// <param name="x">(M, A).</param>
    /// <param name="rows">M.</param>
    /// <param name="a">A.</param>
    /// <param name="weight">(B, A).</param>
    /// <param name="bias">(B).</param>
    /// <param name="b">B.</param>
    /// <param name="to">(M, B).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, int rows, int a, float* weight, float* bias, int b, float* to)
    {
        using var memory = new TileMemory(((long)a * b) + ((long)Rows * a) + ((long)Group * b) + (4 * Lanes));
        var panels = (TWord*)memory.Take((long)a * b);
        var packed = (TWord*)memory.Take((long)Rows * a);
        var rest = memory.Take((long)Group * b);
        Panels<TWord>.Turned(weight, b, a, a, packed, panels);
        for (var first = 0; first < rows; first += Rows)
        {
            var count = Math.Min(Rows, rows - first);
            var part = to + ((long)first * b);
            Multiply(x + ((long)first * a), count, a, panels, part, b, packed, rest);
            for (var i = 0; i < count; i++)
            {
                var row = part + ((long)i * b);
                for (var j = 0; j < b; j += Lanes) { (Vector512.Load(row + j) + Vector512.Load(bias + j)).Store(row + j); }
            }
        }
    }

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="gradient">(M, B): the output's.</param>
    /// <param name="x">(M, A).</param>
    /// <param name="rows">M.</param>
    /// <param name="a">A.</param>
    /// <param name="weight">(B, A).</param>
    /// <param name="b">B.</param>
    /// <param name="dx">(M, A): becomes that of the rows.</param>
    /// <param name="dw">(B, A): becomes that of the weight.</param>
    /// <param name="db">(B): becomes that of the bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gradient, float* x, int rows, int a, float* weight, int b, float* dx, float* dw, float* db)
    {
        using var memory = new TileMemory(((long)a * b) + (((long)Rows + Batch) * b) + ((long)(Batch + Group) * a) + (8 * Lanes));
        var panels = (TWord*)memory.Take((long)a * b);
        var packed = (TWord*)memory.Take((long)Rows * b);
        var rest = memory.Take((long)Group * a);
        TWord* ofRows = (TWord*)memory.Take((long)Batch * a), ofGradients = (TWord*)memory.Take((long)Batch * b);
        Panels<TWord>.Across(weight, b, a, a, panels);
        for (var first = 0; first < rows; first += Rows)
        {
            Multiply(gradient + ((long)first * b), Math.Min(Rows, rows - first), b, panels, dx + ((long)first * a), a, packed, rest);
        }
        for (var first = 0; first < rows; first += Batch)
        {
            var count = Math.Min(Batch, rows - first);
            var span = (count + TWord.Numbers - 1) / TWord.Numbers;
            Panels<TWord>.Across(x + ((long)first * a), count, a, a, ofRows);
            Panels<TWord>.Across(gradient + ((long)first * b), count, b, b, ofGradients);
            for (int column = 0, width; column < b; column += width)
            {
                width = Math.Min(Panels<TWord>.Columns, b - column);
                Panels<TWord>.Multiply(ofGradients + ((long)column * span), 1, width, span, ofRows, dw + ((long)column * a), a, width, a, add: first > 0);
            }
        }
        Sum(gradient, rows, b, db);
    }

    // Rows, packed, times panels of (n words, m).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* x, int count, int n, TWord* panels, float* to, int m, TWord* packed, float* rest)
    {
        var words = n / TWord.Numbers;
        var whole = count / Group * Group;
        for (var i = 0; i < count; i++) { TWord.Along(x + ((long)i * n), n, packed + ((long)i * words)); }
        if (whole > 0) { Panels<TWord>.Multiply(packed, words, 1, words, panels, to, m, whole, m, add: false); }
        if (whole == count) { return; }
        new Span<TWord>(packed + ((long)count * words), (whole + Group - count) * words).Clear();
        Panels<TWord>.Multiply(packed + ((long)whole * words), words, 1, words, panels, rest, m, Group, m, add: false);
        new ReadOnlySpan<float>(rest, (count - whole) * m).CopyTo(new Span<float>(to + ((long)whole * m), (count - whole) * m));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* rows, int count, int columns, float* to)
    {
        for (var j = 0; j < columns; j += Lanes)
        {
            var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
            var i = 0;
            for (; i + 1 < count; i += 2)
            {
                even += Vector512.Load(rows + ((long)i * columns) + j);
                odd += Vector512.Load(rows + ((i + 1L) * columns) + j);
            }
            if (i < count) { even += Vector512.Load(rows + ((long)i * columns) + j); }
            (even + odd).Store(to + j);
        }
    }
}
