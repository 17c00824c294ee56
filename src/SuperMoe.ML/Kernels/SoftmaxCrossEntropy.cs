using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels.Tiles;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The weighted cross-entropy of a softmax over V vectors, without ever holding all (n, V) logits: by tiles where the processor has vectors of 512 bits (<see cref="TiledSoftmax{TWord}"/>);
/// elsewhere a chunk of rows at a time, small enough for the processor's cache, gives its loss and its gradients at once, and is forgotten.
/// n rows, V vectors, D dimension.
/// </summary>
internal static class SoftmaxCrossEntropy
{
    private const long ChunkBytes = 16L << 20;
    private const long DeviceLogits = 1L << 26; // where there is no such cache, chunks save memory only
    private const int LeastRows = 16;
    private const int RowsOfWorker = 128; // fewer are not worth a worker's own (V, D) sums

    /// <param name="x">(n, D) float32.</param>
    /// <param name="w">(V, D) float32.</param>
    /// <param name="targets">(n) int64, 0..V-1.</param>
    /// <param name="weights">(n): the rows' weights.</param>
    /// <param name="compute">The type of logits and of the matrix products. Sums, and what the target adds to a gradient, are float32.</param>
    /// <param name="leftOut">Vectors that a row's softmax is not over; <see langword="null"/> for none.</param>
    /// <returns>A tensor of no dimensions: the sum over rows of weight × loss.</returns>
    public static Tensor Apply(Tensor x, Tensor w, Tensor targets, Tensor weights, ScalarType compute = ScalarType.Float32, LeftOut? leftOut = null)
    {
        using var scope = NewDisposeScope();
        var (loss, dx, dw) = LossAndGradients(x.detach(), w.detach(), targets, weights, compute, leftOut);
        // Linear in x and w with the gradients as slopes, and shifted to the loss's value: autograd sees the right gradients.
        var slope = Dot(x, dx).Plus(Dot(w, dw));
        return slope.Plus(loss - slope.detach()).MoveToOuterDisposeScope();
    }

    /// <summary>Loss and gradients by torch's operators in one native call, for devices on which these are the fastest there is.</summary>
    public static (Tensor Loss, Tensor Dx, Tensor Dw) Composed(Tensor x, Tensor w, Tensor targets, Tensor weights, ScalarType compute, LeftOut? leftOut = null)
    {
        using var noGrad = no_grad();
        leftOut ??= LeftOut.Nothing(x.device);
        var rows = Math.Max(LeastRows, DeviceLogits / w.shape[0]);
        var parts = TorchScript.CallMany("full_softmax", x, w, w.to(compute), targets, weights, leftOut.Lists, leftOut.Columns, tensor(rows));
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>The same with all logits at once.</summary>
    public static Tensor Reference(Tensor x, Tensor w, Tensor targets, Tensor weights, LeftOut? leftOut = null)
    {
        var logits = matmul(x, w.t());
        if (leftOut is not null)
        {
            var isOut = leftOut.Mask(w.shape[0]).logical_and(targets.unsqueeze(1).ne(arange(Scalars.Of(w.shape[0]), device: w.device))); // (n, V)
            logits = logits.masked_fill(isOut, Scalars.Of(double.NegativeInfinity));
        }
        return (nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum();
    }

    private static (Tensor Loss, Tensor Dx, Tensor Dw) LossAndGradients(
        Tensor x, Tensor w, Tensor targets, Tensor weights, ScalarType compute, LeftOut? leftOut)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU) { return Composed(x, w, targets, weights, compute, leftOut); }
        if (compute == ScalarType.BFloat16 && TiledSoftmax<BFloat16Pair>.Suits(x, w)) { return TiledSoftmax<BFloat16Pair>.Run(x, w, targets, weights, leftOut); }
        if (compute == ScalarType.Float32 && TiledSoftmax<Float32Word>.Suits(x, w)) { return TiledSoftmax<Float32Word>.Run(x, w, targets, weights, leftOut); }
        return Chunked(x, w, targets, weights, compute, leftOut);
    }

    /// <summary>Loss and gradients by libtorch's products, a chunk of logits at a time, where the processor has no vectors of 512 bits, or what is asked for does not fit them.</summary>
    public static (Tensor Loss, Tensor Dx, Tensor Dw) Chunked(Tensor x, Tensor w, Tensor targets, Tensor weights, ScalarType compute, LeftOut? leftOut = null)
    {
        using var noGrad = no_grad();
        var n = x.shape[0];
        // Threads take chunks side by side, each computing alone: one chunk by several threads would have them wait for each other at every operation.
        var workers = (int)Math.Clamp(n / RowsOfWorker, 1, SideBySide.Threads);
        var rows = ChunkRows(n, w, compute, workers);
        Tensor xc = x.to(compute), wc = w.to(compute), weighted = x * weights.unsqueeze(1);
        Tensor dx = empty_like(x), losses = empty_like(weights);
        Tensor[] sums = [.. Enumerable.Range(0, workers).Select(_ => zeros_like(w))];
        Tensor[] buffers = [.. Enumerable.Range(0, workers).Select(_ => empty([rows, w.shape[0]], compute, CPU))];
        SideBySide.Run(workers, worker =>
        {
            for (var start = worker * rows; start < n; start += workers * rows)
            {
                using var scope = NewDisposeScope();
                using var off = no_grad();
                var count = Math.Min(rows, n - start);
                var logits = buffers[worker].narrow(0, 0, count);
                TorchScript.Call("logits_into", logits, xc.narrow(0, start, count), wc);
                var target = targets.narrow(0, start, count);
                leftOut?.Apply(logits, target, start);
                var (totals, loss) = ExponentialRows.Apply(logits, target);
                TorchScript.Call("softmax_gradients", logits, totals, weighted.narrow(0, start, count), wc, dx.narrow(0, start, count), sums[worker]);
                losses.narrow(0, start, count).copy_(loss);
            }
        });
        var dw = sums[0];
        foreach (var other in sums.Skip(1)) { dw.Accumulate(other); }
        dx.sub_(w.index_select(0, targets)).mul_(weights.unsqueeze(1));
        dw.index_add_(0, targets, weighted, Scalars.Of(-1));
        return (Dot(losses, weights), dx, dw);
    }

    private static long ChunkRows(long n, Tensor w, ScalarType compute, int workers)
    {
        var bytes = compute == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);
        var most = Math.Clamp(ChunkBytes / bytes / w.shape[0], Math.Min(LeastRows, n), n);
        var chunks = (n + most - 1) / most;
        chunks = (chunks + workers - 1) / workers * workers; // as many for each
        return (n + chunks - 1) / chunks; // chunks of like size
    }

    // BLAS on CUDA counts in 32 bits.
    private static Tensor Dot(Tensor a, Tensor b) => a.numel() <= int.MaxValue ? dot(a.reshape(-1), b.reshape(-1)) : (a * b).sum();
}
