using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// What attention multiplies, for at most four queries of one head of one user, in float32: n events, d numbers of a head. Rows of queries, keys and values are read where they stand, some stride
/// apart; only keys (and, for gradients, values) are turned, so that a vector holds the same number of 16 events.
/// </summary>
internal static unsafe class AttentionProducts
{
    /// <summary>Queries that are computed together.</summary>
    public const int Queries = 4;

    private const int Lanes = SmallProducts.Lanes;

    /// <summary>Rows become columns, 16 of them after another: (n / 16, d, 16), 0 where there is no row.</summary>
    /// <param name="rows">(n, d).</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="n">The rows.</param>
    /// <param name="d">Numbers of a row.</param>
    /// <param name="to">d times n up to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* rows, int stride, int n, int d, float* to)
    {
        for (var block = 0; block < n; block += Lanes, to += d * Lanes)
        {
            var count = Math.Min(Lanes, n - block);
            if (count < Lanes) { new Span<float>(to, d * Lanes).Clear(); }
            for (var j = 0; j < count; j++, rows += stride)
            {
                for (var i = 0; i < d; i++) { to[(i * Lanes) + j] = rows[i]; }
            }
        }
    }

    /// <summary>Scalar products of queries and turned rows.</summary>
    /// <param name="q">(count, d).</param>
    /// <param name="stride">Numbers from one query to the next.</param>
    /// <param name="count">1 to 4.</param>
    /// <param name="turned">As <see cref="Turn"/> leaves them.</param>
    /// <param name="n">The rows.</param>
    /// <param name="d">Numbers of a row.</param>
    /// <param name="to">(4, width): the first n of each, up to whole vectors; what belongs to no query is of any value.</param>
    /// <param name="width">Numbers from one query's products to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* q, int stride, int count, float* turned, int n, int d, float* to, int width)
    {
        float* q1 = count > 1 ? q + stride : q, q2 = count > 2 ? q + (2L * stride) : q, q3 = count > 3 ? q + (3L * stride) : q;
        for (var block = 0; block < n; block += Lanes, to += Lanes)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            for (var i = 0; i < d; i++, turned += Lanes)
            {
                var row = Vector512.Load(turned);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(q[i]), row, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(q1[i]), row, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(q2[i]), row, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(q3[i]), row, a3);
            }
            a0.Store(to);
            a1.Store(to + width);
            a2.Store(to + (2L * width));
            a3.Store(to + (3L * width));
        }
    }

    /// <summary>For each query the sum of rows, each times a number of its own, and of one more row, the query's; the whole times a factor.</summary>
    /// <param name="weights">(count, width).</param>
    /// <param name="width">Numbers from one query's weights to the next's.</param>
    /// <param name="count">1 to 4.</param>
    /// <param name="rows">(n, d).</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="n">The rows.</param>
    /// <param name="d">Numbers of a row.</param>
    /// <param name="own">(count, d), as far apart as rows: one more for each query; <see langword="null"/> for none.</param>
    /// <param name="ofOwn">(4): their weights.</param>
    /// <param name="factors">(4).</param>
    /// <param name="to">(count, d).</param>
    /// <param name="toStride">Numbers from one result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix(
        float* weights, int width, int count, float* rows, int stride, int n, int d, float* own, float* ofOwn, float* factors, float* to, int toStride)
    {
        float* w1 = count > 1 ? weights + width : weights, w2 = count > 2 ? weights + (2L * width) : weights, w3 = count > 3 ? weights + (3L * width) : weights;
        for (var column = 0; column < d; column += Lanes)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            var row = rows + column;
            for (var j = 0; j < n; j++, row += stride)
            {
                var numbers = Vector512.Load(row);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[j]), numbers, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(w1[j]), numbers, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(w2[j]), numbers, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(w3[j]), numbers, a3);
            }
            var ownRow = own is null ? null : own + column;
            Store(a0, 0, ownRow, stride, ofOwn, factors, to + column, toStride);
            if (count > 1) { Store(a1, 1, ownRow, stride, ofOwn, factors, to + column, toStride); }
            if (count > 2) { Store(a2, 2, ownRow, stride, ofOwn, factors, to + column, toStride); }
            if (count > 3) { Store(a3, 3, ownRow, stride, ofOwn, factors, to + column, toStride); }
        }
    }

    /// <summary>Adds to each row the sum of queries, each times a number of the row's: the transposed of <see cref="Mix"/>.</summary>
    /// <param name="weights">(count, width).</param>
    /// <param name="width">Numbers from one query's weights to the next's.</param>
    /// <param name="count">1 to 4.</param>
    /// <param name="q">(count, d).</param>
    /// <param name="stride">Numbers from one query to the next.</param>
    /// <param name="n">The rows.</param>
    /// <param name="d">Numbers of a row.</param>
    /// <param name="to">(n, d): is added to.</param>
    /// <param name="toStride">Numbers from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float* weights, int width, int count, float* q, int stride, int n, int d, float* to, int toStride)
    {
        float* w1 = count > 1 ? weights + width : weights, w2 = count > 2 ? weights + (2L * width) : weights, w3 = count > 3 ? weights + (3L * width) : weights;
        for (var column = 0; column < d; column += Lanes)
        {
            var q0 = Vector512.Load(q + column);
            var q1 = count > 1 ? Vector512.Load(q + stride + column) : default;
            var q2 = count > 2 ? Vector512.Load(q + (2L * stride) + column) : default;
            var q3 = count > 3 ? Vector512.Load(q + (3L * stride) + column) : default;
            var row = to + column;
            for (var j = 0; j < n; j++, row += toStride)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[j]), q0, Vector512.Load(row));
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(w1[j]), q1, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(w2[j]), q2, sum);
                Vector512.FusedMultiplyAdd(Vector512.Create(w3[j]), q3, sum).Store(row);
            }
        }
    }

    /// <summary>The scalar product of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* a, float* b, int d)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < d; i += Lanes) { sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), sum); }
        return Vector512.Sum(sum);
    }

    /// <summary>16 scores of a query: scaled, and minus infinity for events that it does not see.</summary>
    /// <param name="products">The scalar products from <paramref name="block"/> on.</param>
    /// <param name="block">The first event.</param>
    /// <param name="scale">1 / sqrt(d).</param>
    /// <param name="latest">The last event that it sees; -1 where <paramref name="hidden"/> says.</param>
    /// <param name="hidden">What is added to all events' scores, from event 0 on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scores(float* products, int block, float scale, int latest, float* hidden)
    {
        var score = Vector512.Load(products) * scale;
        if (latest < 0) { return score + Vector512.Load(hidden + block); }
        var seen = Vector512.LessThanOrEqual(Vector512<int>.Indices + Vector512.Create(block), Vector512.Create(latest));
        return Vector512.ConditionalSelect(seen.AsSingle(), score, Vector512.Create(float.NegativeInfinity));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sum, int k, float* own, int stride, float* ofOwn, float* factors, float* to, int toStride)
    {
        if (own is not null) { sum = Vector512.FusedMultiplyAdd(Vector512.Create(ofOwn[k]), Vector512.Load(own + ((long)k * stride)), sum); }
        (sum * factors[k]).Store(to + ((long)k * toStride));
    }
}
