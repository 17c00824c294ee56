using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// A router's decisions from its logits: probabilities, the K experts of highest probability plus bias, and their gates: the selected probabilities, for
/// K over 1 scaled to a sum of 1. On the CPU in one pass over rows, several times faster than torch's softmax and topk over so few columns.
/// M tokens, E experts.
/// </summary>
internal static class ExpertRouting
{
    private const int RowsOfPart = 512;
    private const int Lanes = 8;

    /// <param name="logits">(M, E) float32.</param>
    /// <param name="bias">(E): changes who is selected, never a gate.</param>
    /// <param name="k">K.</param>
    /// <returns>(M, E) without gradient, (M, K) int64, the best first, and (M, K).</returns>
    public static (Tensor Probabilities, Tensor Experts, Tensor Gates) Apply(Tensor logits, Tensor bias, int k)
    {
        if (logits.device_type != TorchSharp.DeviceType.CPU || logits.dtype != ScalarType.Float32 || logits.shape[0] == 0) { return Reference(logits, bias, k); }
        using var scope = NewDisposeScope();
        var routed = Route(logits.detach().contiguous(), bias.contiguous(), k);
        var gates = logits.requires_grad && is_grad_enabled() ? GateFunction.apply(logits, routed) : routed.Gates;
        return (routed.Probabilities.MoveToOuterDisposeScope(), routed.Experts.MoveToOuterDisposeScope(), gates.MoveToOuterDisposeScope());
    }

    /// <summary>The same of torch's operators.</summary>
    public static (Tensor Probabilities, Tensor Experts, Tensor Gates) Reference(Tensor logits, Tensor bias, int k)
    {
        var probabilities = logits.softmax(-1);
        var experts = (probabilities.detach() + bias).topk(k, -1).indexes;
        return (probabilities.detach(), experts, k > 1 ? logits.gather(1, experts).softmax(-1) : probabilities.gather(1, experts));
    }

    /// <summary>(M, K) gradients of gates → (M, E) gradients of logits.</summary>
    public static unsafe Tensor Backward(Tensor gradient, Routed routed)
    {
        var (rows, e, k) = ((int)routed.Probabilities.shape[0], (int)routed.Probabilities.shape[1], (int)routed.Gates.shape[1]);
        var result = k > 1 ? zeros_like(routed.Probabilities) : empty_like(routed.Probabilities);
        float* dg = Numbers(gradient), gates = Numbers(routed.Gates), probabilities = Numbers(routed.Probabilities), dl = Numbers(result);
        var experts = (long*)RawMemory.Start(routed.Experts, ScalarType.Int64);
        CpuParts.Run(rows, RowsOfPart, row =>
        {
            var slopes = new ReadOnlySpan<float>(dg + ((long)row * k), k);
            var weights = new ReadOnlySpan<float>(gates + ((long)row * k), k);
            var selected = new ReadOnlySpan<long>(experts + ((long)row * k), k);
            var logits = new Span<float>(dl + ((long)row * e), e);
            if (k > 1) { OfSelected(slopes, weights, selected, logits); }
            else { OfAll(slopes[0] * weights[0], new ReadOnlySpan<float>(probabilities + ((long)row * e), e), (int)selected[0], logits); }
        });
        GC.KeepAlive((gradient, routed));
        return result;
    }

    private static unsafe Routed Route(Tensor logits, Tensor bias, int k)
    {
        var (rows, e) = ((int)logits.shape[0], (int)logits.shape[1]);
        var routed = new Routed(
            empty([rows, e], ScalarType.Float32, CPU), empty([rows, k], ScalarType.Int64, CPU), empty([rows, k], ScalarType.Float32, CPU));
        float* from = Numbers(logits), biases = Numbers(bias), probabilities = Numbers(routed.Probabilities), gates = Numbers(routed.Gates);
        var experts = (long*)RawMemory.Start(routed.Experts, ScalarType.Int64);
        CpuParts.Run(rows, RowsOfPart, row =>
        {
            var of = new ReadOnlySpan<float>(from + ((long)row * e), e);
            var to = new Span<float>(probabilities + ((long)row * e), e);
            var selected = new Span<long>(experts + ((long)row * k), k);
            var weights = new Span<float>(gates + ((long)row * k), k);
            Softmax(of, to);
            Select(to, new ReadOnlySpan<float>(biases, e), selected);
            if (k > 1) { Weigh(of, selected, weights); }
            else { weights[0] = to[(int)selected[0]]; }
        });
        GC.KeepAlive((logits, bias));
        return routed;
    }

    private static unsafe float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(ReadOnlySpan<float> logits, Span<float> to)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits) { max = MathF.Max(max, logit); } // NaN if one is
        var shift = Vector256.Create(max);
        var sums = Vector256<float>.Zero;
        var i = 0;
        for (; i <= logits.Length - Lanes; i += Lanes)
        {
            var exp = Vector256.Exp(Vector256.Create(logits.Slice(i, Lanes)) - shift);
            exp.CopyTo(to[i..]);
            sums += exp;
        }
        var sum = Vector256.Sum(sums);
        for (; i < logits.Length; i++) { sum += to[i] = MathF.Exp(logits[i] - max); }
        var scale = 1 / sum;
        for (i = 0; i < to.Length; i++) { to[i] *= scale; }
    }

    // By insertion. The first K columns are always taken in, so that NaN, which is never larger, leaves no place empty.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> bias, Span<long> best)
    {
        var worst = float.NegativeInfinity;
        for (var e = 0; e < probabilities.Length; e++)
        {
            var score = probabilities[e] + bias[e];
            if (e >= best.Length && !(score > worst)) { continue; }
            var place = Math.Min(e, best.Length - 1);
            for (; place > 0 && score > Score(best[place - 1], probabilities, bias); place--) { best[place] = best[place - 1]; }
            best[place] = e;
            if (e >= best.Length - 1) { worst = Score(best[^1], probabilities, bias); }
        }
    }

    private static float Score(long expert, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> bias) => probabilities[(int)expert] + bias[(int)expert];

    // Gates scaled to a sum of 1 are the softmax over the selected logits alone, which is a number even where all those probabilities are 0.
    private static void Weigh(ReadOnlySpan<float> logits, ReadOnlySpan<long> selected, Span<float> gates)
    {
        var max = float.NegativeInfinity;
        foreach (var e in selected) { max = MathF.Max(max, logits[(int)e]); }
        var sum = 0f;
        for (var j = 0; j < gates.Length; j++) { sum += gates[j] = MathF.Exp(logits[(int)selected[j]] - max); }
        for (var j = 0; j < gates.Length; j++) { gates[j] /= sum; }
    }

    private static void OfSelected(ReadOnlySpan<float> slopes, ReadOnlySpan<float> gates, ReadOnlySpan<long> selected, Span<float> logits)
    {
        var mean = 0f;
        for (var j = 0; j < gates.Length; j++) { mean += gates[j] * slopes[j]; }
        for (var j = 0; j < gates.Length; j++) { logits[(int)selected[j]] = gates[j] * (slopes[j] - mean); }
    }

    // Of one gate, the probability itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfAll(float slope, ReadOnlySpan<float> probabilities, int selected, Span<float> logits)
    {
        for (var e = 0; e < logits.Length; e++) { logits[e] = -slope * probabilities[e]; }
        logits[selected] += slope;
    }
}
