using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuperMoe.ML.Interop;
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
    private const int Lanes = 16;

    /// <param name="logits">(M, E) float32.</param>
    /// <param name="bias">(E), or (M, E) where tokens differ: changes who is selected, never a gate.</param>
    /// <param name="k">K.</param>
    /// <returns>(M, E) without gradient, (M, K) int64, the best first, and (M, K).</returns>
    public static (Tensor Probabilities, Tensor Experts, Tensor Gates) Apply(Tensor logits, Tensor bias, int k)
    {
        if (logits.device_type != TorchSharp.DeviceType.CPU || logits.dtype != ScalarType.Float32 || logits.size(0) == 0) { return Reference(logits, bias, k); }
        if (!is_grad_enabled())
        {
            var (probabilities, experts, weights) = Route(Contiguous(logits), Contiguous(bias), k);
            return (probabilities, experts, weights);
        }
        using var scope = NewDisposeScope();
        var routed = Route(logits.detach().contiguous(), bias.contiguous(), k);
        var gates = logits.requires_grad ? GateFunction.apply(logits, routed) : routed.Gates;
        return (routed.Probabilities.MoveToOuterDisposeScope(), routed.Experts.MoveToOuterDisposeScope(), gates.MoveToOuterDisposeScope());

        static Tensor Contiguous(Tensor tensor) => tensor.is_contiguous() ? tensor : tensor.contiguous();
    }

    /// <summary>The same of torch's operators.</summary>
    public static (Tensor Probabilities, Tensor Experts, Tensor Gates) Reference(Tensor logits, Tensor bias, int k)
    {
        var probabilities = logits.softmax(-1);
        var experts = probabilities.detach().Plus(bias).topk(k, -1).indexes;
        return (probabilities.detach(), experts, k > 1 ? logits.gather(1, experts).softmax(-1) : probabilities.gather(1, experts));
    }

    /// <summary>(M, K) gradients of gates → (M, E) gradients of logits.</summary>
    public static unsafe Tensor Backward(Tensor gradient, Routed routed)
    {
        var (rows, e, k) = ((int)routed.Probabilities.shape[0], (int)routed.Probabilities.shape[1], (int)routed.Gates.shape[1]);
        var result = k > 1 ? zeros_like(routed.Probabilities) : empty_like(routed.Probabilities);
        float* dg = Numbers(gradient), gates = Numbers(routed.Gates), probabilities = Numbers(routed.Probabilities), dl = Numbers(result);
        var experts = (long*)RawMemory.Start(routed.Experts, ScalarType.Int64);
        CpuParts.Run(rows, RowsOfPart, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (row) =>
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
        var (rows, e) = ((int)logits.size(0), (int)logits.size(1));
        var stride = bias.dim() > 1 ? e : 0;
        var routed = new Routed(
            empty([rows, e], ScalarType.Float32, CPU), empty([rows, k], ScalarType.Int64, CPU), empty([rows, k], ScalarType.Float32, CPU));
        float* from = Numbers(logits), biases = Numbers(bias), probabilities = Numbers(routed.Probabilities), gates = Numbers(routed.Gates);
        var experts = (long*)RawMemory.Start(routed.Experts, ScalarType.Int64);
        if (SideBySide.Threads > 1) { RouteInParts(rows, from, biases, stride, e, probabilities, experts, gates, k); }
        else { RoutedRows.Route(0, rows, from, biases, stride, e, probabilities, experts, gates, k); }
        GC.KeepAlive((logits, bias));
        return routed;
    }

    // Apart: what a lambda captures is allocated where it is declared, whether or not the lambda is.
    private static unsafe void RouteInParts(int rows, float* logits, float* biases, int stride, int e, float* probabilities, long* experts, float* gates, int k) =>
        CpuParts.Run((rows + RowsOfPart - 1) / RowsOfPart, 1, part =>
            RoutedRows.Route(part * RowsOfPart, Math.Min(rows, (part + 1) * RowsOfPart), logits, biases, stride, e, probabilities, experts, gates, k));

    private static unsafe float* Numbers(Tensor tensor) => (float*)RawMemory.Start(tensor, ScalarType.Float32);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        var i = 0;
        for (; i <= logits.Length - Lanes; i += Lanes) { (Vector512.Create(probabilities.Slice(i, Lanes)) * Vector512.Create(-slope)).CopyTo(logits[i..]); }
        for (; i < logits.Length; i++) { logits[i] = -slope * probabilities[i]; }
        logits[selected] += slope;
    }
}
