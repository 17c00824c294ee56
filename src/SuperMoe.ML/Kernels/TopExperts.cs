using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>The K largest of each row of a few: on the CPU by insertion, which for E up to some hundreds is several times faster than torch's topk.</summary>
internal static class TopExperts
{
    private const int RowsOfPart = 512;

    /// <summary>(T, E) float32 → (T, K) int64: columns by value, the largest first; of equals the first.</summary>
    public static unsafe Tensor Select(Tensor scores, int k)
    {
        if (scores.device_type != TorchSharp.DeviceType.CPU) { return scores.topk(k, -1).indexes; }
        var (rows, columns) = ((int)scores.shape[0], (int)scores.shape[1]);
        var selected = empty([rows, k], ScalarType.Int64);
        if (rows == 0) { return selected; }
        using var contiguous = scores.contiguous();
        fixed (byte* from = contiguous.bytes, to = selected.bytes)
        {
            // Native memory: fixed only to get at the pointers.
            var values = (float*)from;
            var indices = (long*)to;
            CpuParts.Run(rows, RowsOfPart, row =>
                Insert(new ReadOnlySpan<float>(values + ((long)row * columns), columns), new Span<long>(indices + ((long)row * k), k)));
        }
        return selected;
    }

    private static void Insert(ReadOnlySpan<float> values, Span<long> best)
    {
        var worst = float.NegativeInfinity;
        for (var e = 0; e < values.Length; e++)
        {
            var filled = Math.Min(e, best.Length);
            if (filled == best.Length && !(values[e] > worst)) { continue; }
            var place = Math.Min(filled, best.Length - 1);
            for (; place > 0 && values[e] > values[(int)best[place - 1]]; place--) { best[place] = best[place - 1]; }
            best[place] = e;
            if (e >= best.Length - 1) { worst = values[(int)best[^1]]; }
        }
    }
}
