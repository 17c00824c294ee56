using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperMoe.ML.Kernels;

/// <summary>What a router decides, row after row, in whole vectors: probabilities, the K experts of highest probability plus bias, and their gates. M tokens, E experts.</summary>
internal static unsafe class RoutedRows
{
    private const int Lanes = 16;
    private const int VectorsOfMask = 4; // what a mask of 64 bits tells places in
    private const float Least = 1e-20f; // a sum of probabilities that gates can be told from

    /// <summary>Decides for some rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="logits">(M, E).</param>
    /// <param name="biases">(E), or of each row.</param>
    /// <param name="stride">From one row's biases to the next's: 0 or E.</param>
    /// <param name="e">E.</param>
    /// <param name="probabilities">(M, E).</param>
    /// <param name="experts">(M, K): the best first.</param>
    /// <param name="gates">(M, K).</param>
    /// <param name="k">K.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Route(int first, int end, float* logits, float* biases, int stride, int e, float* probabilities, long* experts, float* gates, int k)
    {
        if (e <= Lanes)
        {
            Narrow(first, end, logits, biases, stride, e, probabilities, experts, gates, k);
            return;
        }
        var vectors = (e + Lanes - 1) / Lanes;
        var width = vectors * Lanes;
        var shares = stackalloc float[3 * width];
        float* scores = shares + width, bias = scores + width;
        new Span<float>(shares, 3 * width).Fill(float.NegativeInfinity); // behind the last expert
        for (long row = first; row < end; row++)
        {
            if (row == first || stride != 0) { new ReadOnlySpan<float>(biases + (row * stride), e).CopyTo(new Span<float>(bias, e)); }
            var of = logits + (row * e);
            var to = probabilities + (row * e);
            if (e == width)
            {
                Softmax(of, vectors, to);
                Score(to, bias, vectors, scores);
            }
            else
            {
                new ReadOnlySpan<float>(of, e).CopyTo(new Span<float>(shares, e));
                new Span<float>(shares + e, width - e).Fill(float.NegativeInfinity);
                Softmax(shares, vectors, shares);
                new ReadOnlySpan<float>(shares, e).CopyTo(new Span<float>(to, e));
                Score(shares, bias, vectors, scores);
            }
            var selected = experts + (row * k);
            Select(scores, vectors, selected, k);
            Weigh(of, to, selected, gates + (row * k), k);
        }
    }

    // Up to 16 experts: all in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(int first, int end, float* logits, float* biases, int stride, int e, float* probabilities, long* experts, float* gates, int k)
    {
        var isExpert = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(e)).AsSingle();
        var (none, bias) = (Vector512.Create(float.NegativeInfinity), default(Vector512<float>));
        var room = stackalloc float[Lanes];
        var whole = end - ((Lanes + e - 1) / e); // rows before it may be read with what is behind them
        for (long row = first; row < end; row++)
        {
            if (row == first || stride != 0) { bias = Vector512.ConditionalSelect(isExpert, Part(biases + (row * stride), e, room), none); }
            var of = logits + (row * e);
            var x = Vector512.ConditionalSelect(isExpert, row < whole ? Vector512.Load(of) : Part(of, e, room), none);
            var exp = VectorExp.OfNonPositive(x - Vector512.Create(Largest(x)));
            exp *= Vector512.Create(1 / Vector512.Sum(exp)); // not a number if one logit is none
            var to = probabilities + (row * e);
            if (e == Lanes) { exp.Store(to); }
            else if (e == Lanes / 2) { exp.GetLower().Store(to); }
            else
            {
                exp.Store(room);
                new ReadOnlySpan<float>(room, e).CopyTo(new Span<float>(to, e));
            }
            var score = exp + bias;
            score = Vector512.ConditionalSelect(Vector512.Equals(score, score), score, Vector512.Create(float.MinValue));
            score = Vector512.ConditionalSelect(isExpert, score, none);
            var selected = experts + (row * k);
            for (var j = 0; j < k; j++)
            {
                var at = BitOperations.TrailingZeroCount(Vector512.Equals(score, Vector512.Create(Largest(score))).ExtractMostSignificantBits());
                selected[j] = at;
                score = Vector512.ConditionalSelect(Vector512.Equals(Vector512<int>.Indices, Vector512.Create(at)).AsSingle(), none, score);
            }
            Weigh(of, to, selected, gates + (row * k), k);
        }
    }

    private static Vector512<float> Part(float* from, int count, float* room)
    {
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(room, Lanes));
        return Vector512.Load(room);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Softmax(float* logits, int vectors, float* to)
    {
        var most = Vector512.Load(logits);
        for (var v = 1; v < vectors; v++) { most = Vector512.MaxNative(Vector512.Load(logits + (v * Lanes)), most); }
        var shift = Vector512.Create(Largest(most));
        var sums = Vector512<float>.Zero;
        for (var v = 0; v < vectors; v++)
        {
            var exp = VectorExp.OfNonPositive(Vector512.Load(logits + (v * Lanes)) - shift);
            exp.Store(to + (v * Lanes));
            sums += exp;
        }
        var scale = Vector512.Create(1 / Vector512.Sum(sums)); // not a number if one logit is none
        for (var v = 0; v < vectors; v++) { (Vector512.Load(to + (v * Lanes)) * scale).Store(to + (v * Lanes)); }
    }

    // What is no number becomes the least one; what is no expert stays less than that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Score(float* probabilities, float* bias, int vectors, float* scores)
    {
        for (var v = 0; v < vectors; v++)
        {
            var score = Vector512.Load(probabilities + (v * Lanes)) + Vector512.Load(bias + (v * Lanes));
            Vector512.ConditionalSelect(Vector512.Equals(score, score), score, Vector512.Create(float.MinValue)).Store(scores + (v * Lanes));
        }
    }

    // The largest score, then the largest of the others, and so on; of equals the first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Select(float* scores, int vectors, long* best, int k)
    {
        for (var j = 0; j < k; j++)
        {
            var most = Vector512.Load(scores);
            for (var v = 1; v < vectors; v++) { most = Vector512.MaxNative(most, Vector512.Load(scores + (v * Lanes))); }
            var at = Find(scores, vectors, Vector512.Create(Largest(most)));
            best[j] = at;
            // A whole vector is written: the next round reads whole vectors.
            var of = scores + (at / Lanes * Lanes);
            var others = Vector512.Equals(Vector512<int>.Indices, Vector512.Create(at % Lanes)).AsSingle();
            Vector512.ConditionalSelect(others, Vector512.Create(float.NegativeInfinity), Vector512.Load(of)).Store(of);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(float* scores, int vectors, Vector512<float> value)
    {
        var first = 0;
        while (true)
        {
            var places = 0UL;
            for (var v = Math.Min(VectorsOfMask, vectors - first) - 1; v >= 0; v--)
            {
                places = (places << Lanes) | Vector512.Equals(Vector512.Load(scores + ((first + v) * Lanes)), value).ExtractMostSignificantBits();
            }
            if (places != 0) { return (first * Lanes) + BitOperations.TrailingZeroCount(places); }
            first += VectorsOfMask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector512<float> of)
    {
        var half = Vector256.MaxNative(of.GetLower(), of.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    // Of one expert its probability; of several the probabilities scaled to a sum of 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(float* logits, float* probabilities, long* selected, float* gates, int k)
    {
        var sum = 0f;
        for (var j = 0; j < k; j++) { sum += gates[j] = probabilities[selected[j]]; }
        if (k == 1) { return; }
        if (sum > Least)
        {
            for (var j = 0; j < k; j++) { gates[j] /= sum; }
        }
        else { WeighLogits(logits, selected, gates, k); }
    }

    // The same by the softmax over the selected logits alone, which is a number even where all those probabilities are 0.
    private static void WeighLogits(float* logits, long* selected, float* gates, int k)
    {
        var max = float.NegativeInfinity;
        for (var j = 0; j < k; j++) { max = MathF.Max(max, logits[selected[j]]); }
        var sum = 0f;
        for (var j = 0; j < k; j++) { sum += gates[j] = MathF.Exp(logits[selected[j]] - max); }
        for (var j = 0; j < k; j++) { gates[j] /= sum; }
    }
}
