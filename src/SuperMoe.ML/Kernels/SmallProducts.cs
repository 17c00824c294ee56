using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Products of many rows with a matrix small enough for the processor's nearer caches, in float32, on the calling thread. 16 vectors of sums stay
/// in registers, and nothing is packed or dispatched, which for so small a matrix costs libtorch more than the multiplications. Vectors have 512
/// bits; those of libtorch's float32 products have 256 on some processors that could do more.
/// </summary>
internal static unsafe class SmallProducts
{
    /// <summary>Numbers of a vector.</summary>
    public const int Lanes = 16;

    /// <summary>Columns of a tile.</summary>
    public const int TileColumns = Vectors * Lanes;

    private const int Vectors = 4; // of a tile, beside one another
    private const int Rows = 4; // of a tile
    private const int Tall = 8; // rows of a tile of one vector
    private const int Stretch = 256; // rows whose numbers stay near while they are added up

    /// <summary>Whether the processor has such vectors.</summary>
    public static bool Suits => Vector512.IsHardwareAccelerated;

    /// <summary>How many numbers a row of the matrix of <see cref="Multiply(float*, int, int, float*, float*, int)"/> has: columns and padding up to whole vectors.</summary>
    public static int Padded(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    /// <summary>Each row times the matrix.</summary>
    /// <param name="x">(rows, n).</param>
    /// <param name="rows">The rows.</param>
    /// <param name="n">Numbers of a row.</param>
    /// <param name="b">(n, <see cref="Padded"/>(m)).</param>
    /// <param name="to">(rows, m): becomes the products.</param>
    /// <param name="m">Columns.</param>
    public static void Multiply(float* x, int rows, int n, float* b, float* to, int m) => Multiply(x, rows, n, b, to, m, m, null);

    /// <summary>The same with a bias, to some columns of a wider result.</summary>
    /// <param name="x">(rows, n).</param>
    /// <param name="rows">The rows.</param>
    /// <param name="n">Numbers of a row.</param>
    /// <param name="b">(n, <see cref="Padded"/>(m)).</param>
    /// <param name="to">(rows, stride), the first m of each row: become the products.</param>
    /// <param name="m">Columns.</param>
    /// <param name="stride">Numbers from one row of the result to the next.</param>
    /// <param name="bias">(<see cref="Padded"/>(m)): what the sums begin with; <see langword="null"/> for 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, int rows, int n, float* b, float* to, int m, int stride, float* bias)
    {
        var width = Padded(m);
        var column = 0;
        for (; column + (Vectors * Lanes) <= m; column += Vectors * Lanes)
        {
            var row = 0;
            for (; row + Rows <= rows; row += Rows)
            {
                Tile(
                    x + ((long)row * n), across: n, along: 1, n, b + column, width, to + ((long)row * stride) + column, stride,
                    add: false, At(bias, column));
            }
            for (; row < rows; row++)
            {
                for (var c = column; c < column + TileColumns; c += Lanes)
                {
                    One(x + ((long)row * n), n, b + c, width, to + ((long)row * stride) + c, Lanes, At(bias, c));
                }
            }
        }
        for (; column < m; column += Lanes)
        {
            var (row, count) = (0, Math.Min(Lanes, m - column));
            for (; row + Tall <= rows; row += Tall) { High(x + ((long)row * n), n, b + column, width, to + ((long)row * stride) + column, stride, count, At(bias, column)); }
            for (; row < rows; row++) { One(x + ((long)row * n), n, b + column, width, to + ((long)row * stride) + column, count, At(bias, column)); }
        }
    }

    /// <summary>Adds up, over rows, the products of each number of one row with each of the other: yᵀ·x.</summary>
    /// <param name="y">(rows, m).</param>
    /// <param name="x">(rows, n), n a multiple of <see cref="Lanes"/>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="m">Numbers of a row of <paramref name="y"/>.</param>
    /// <param name="n">Numbers of a row of <paramref name="x"/>.</param>
    /// <param name="to">(m, n): is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOuter(float* y, float* x, int rows, int m, int n, float* to)
    {
        for (var start = 0; start < rows; start += Stretch)
        {
            var count = Math.Min(Stretch, rows - start);
            float* ys = y + ((long)start * m), xs = x + ((long)start * n);
            for (var j = 0; j < m; j += Rows)
            {
                var i = 0;
                if (j + Rows <= m)
                {
                    for (; i + (Vectors * Lanes) <= n; i += Vectors * Lanes) { Tile(ys + j, across: 1, along: m, count, xs + i, n, to + ((long)j * n) + i, n, add: true, null); }
                }
                for (; i < n; i += Lanes)
                {
                    for (var k = j; k < Math.Min(m, j + Rows); k++) { OuterOne(ys + k, xs + i, count, m, n, to + ((long)k * n) + i); }
                }
            }
        }
    }

    private static float* At(float* bias, int column) => bias is null ? null : bias + column;

    /// <summary>4 rows × 4 vectors of sums over i of a number of the row times b's row i. Numbers of a row are <paramref name="along"/> apart, rows <paramref name="across"/>: so a matrix is read as it stands, or turned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(float* x, int across, int along, int n, float* b, int width, float* to, int m, bool add, float* bias)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, e0 = default, e1 = default, e2 = default, e3 = default;
        if (bias is not null)
        {
            a0 = c0 = d0 = e0 = Vector512.Load(bias);
            a1 = c1 = d1 = e1 = Vector512.Load(bias + Lanes);
            a2 = c2 = d2 = e2 = Vector512.Load(bias + (2 * Lanes));
            a3 = c3 = d3 = e3 = Vector512.Load(bias + (3 * Lanes));
        }
        float* x1 = x + across, x2 = x1 + across, x3 = x2 + across;
        for (long i = 0, at = 0; i < n; i++, at += along, b += width)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Lanes), b2 = Vector512.Load(b + (2 * Lanes)), b3 = Vector512.Load(b + (3 * Lanes));
            var s = Vector512.Create(x[at]);
            a0 = Vector512.FusedMultiplyAdd(s, b0, a0);
            a1 = Vector512.FusedMultiplyAdd(s, b1, a1);
            a2 = Vector512.FusedMultiplyAdd(s, b2, a2);
            a3 = Vector512.FusedMultiplyAdd(s, b3, a3);
            s = Vector512.Create(x1[at]);
            c0 = Vector512.FusedMultiplyAdd(s, b0, c0);
            c1 = Vector512.FusedMultiplyAdd(s, b1, c1);
            c2 = Vector512.FusedMultiplyAdd(s, b2, c2);
            c3 = Vector512.FusedMultiplyAdd(s, b3, c3);
            s = Vector512.Create(x2[at]);
            d0 = Vector512.FusedMultiplyAdd(s, b0, d0);
            d1 = Vector512.FusedMultiplyAdd(s, b1, d1);
            d2 = Vector512.FusedMultiplyAdd(s, b2, d2);
            d3 = Vector512.FusedMultiplyAdd(s, b3, d3);
            s = Vector512.Create(x3[at]);
            e0 = Vector512.FusedMultiplyAdd(s, b0, e0);
            e1 = Vector512.FusedMultiplyAdd(s, b1, e1);
            e2 = Vector512.FusedMultiplyAdd(s, b2, e2);
            e3 = Vector512.FusedMultiplyAdd(s, b3, e3);
        }
        Store(a0, a1, a2, a3, to, add);
        Store(c0, c1, c2, c3, to + m, add);
        Store(d0, d1, d2, d3, to + (2L * m), add);
        Store(e0, e1, e2, e3, to + (3L * m), add);
    }

    // 8 rows × 1 vector.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void High(float* x, int n, float* b, int width, float* to, int m, int count, float* bias)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        if (bias is not null) { a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = Vector512.Load(bias); }
        float* x1 = x + n, x2 = x1 + n, x3 = x2 + n, x4 = x3 + n, x5 = x4 + n, x6 = x5 + n, x7 = x6 + n;
        for (var i = 0; i < n; i++, b += width)
        {
            var column = Vector512.Load(b);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(x[i]), column, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(x1[i]), column, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(x2[i]), column, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(x3[i]), column, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Create(x4[i]), column, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Create(x5[i]), column, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Create(x6[i]), column, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Create(x7[i]), column, a7);
        }
        Store(a0, to, count);
        Store(a1, to + m, count);
        Store(a2, to + (2L * m), count);
        Store(a3, to + (3L * m), count);
        Store(a4, to + (4L * m), count);
        Store(a5, to + (5L * m), count);
        Store(a6, to + (6L * m), count);
        Store(a7, to + (7L * m), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* x, int n, float* b, int width, float* to, int count, float* bias)
    {
        var sum = bias is null ? Vector512<float>.Zero : Vector512.Load(bias);
        for (var i = 0; i < n; i++, b += width) { sum = Vector512.FusedMultiplyAdd(Vector512.Create(x[i]), Vector512.Load(b), sum); }
        Store(sum, to, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OuterOne(float* y, float* x, int rows, int m, int n, float* to)
    {
        var sum = Vector512<float>.Zero;
        for (var row = 0; row < rows; row++, y += m, x += n) { sum = Vector512.FusedMultiplyAdd(Vector512.Create(y[0]), Vector512.Load(x), sum); }
        (Vector512.Load(to) + sum).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* to, bool add)
    {
        if (add)
        {
            a += Vector512.Load(to);
            b += Vector512.Load(to + Lanes);
            c += Vector512.Load(to + (2 * Lanes));
            d += Vector512.Load(to + (3 * Lanes));
        }
        a.Store(to);
        b.Store(to + Lanes);
        c.Store(to + (2 * Lanes));
        d.Store(to + (3 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sum, float* to, int count)
    {
        if (count == Lanes)
        {
            sum.Store(to);
            return;
        }
        var i = 0;
        if (count >= Lanes / 2)
        {
            sum.GetLower().Store(to);
            i = Lanes / 2;
        }
        for (; i < count; i++) { to[i] = sum.GetElement(i); }
    }
}
