using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Turns rows of logits into exponentials in place, on the processor: each less its row's maximum, with the row's sum and cross-entropy beside
/// them. A pass for the maximum and one for the rest; ATen's softmax takes more, and slows down several times where exponentials are denormal,
/// as most of a trained softmax over many items are. Rows are shared out over as many threads as torch uses.
/// n rows, V columns.
/// </summary>
internal static unsafe class ExponentialRows
{
    private const int RowsOfPart = 16;

    /// <param name="logits">(n, V) float32 or bfloat16, contiguous, on the CPU: becomes exp(logit - the row's maximum).</param>
    /// <param name="targets">(n) int64, a column each; of a row whose target is none, sum and loss are NaN.</param>
    /// <returns>Sums of exponentials, (n, 1), and log(sum) + maximum - the target's logit, (n).</returns>
    public static (Tensor Sums, Tensor Losses) Apply(Tensor logits, Tensor targets)
    {
        int rows = (int)logits.shape[0], columns = (int)logits.shape[1];
        Tensor sums = empty([rows, 1], ScalarType.Float32, CPU), losses = empty([rows], ScalarType.Float32, CPU);
        var half = logits.dtype == ScalarType.BFloat16;
        var data = RawMemory.Start(logits, half ? ScalarType.BFloat16 : ScalarType.Float32);
        var target = (long*)RawMemory.Start(targets, ScalarType.Int64);
        var sum = (float*)RawMemory.Start(sums, ScalarType.Float32);
        var loss = (float*)RawMemory.Start(losses, ScalarType.Float32);
        CpuParts.Run(rows, RowsOfPart, r =>
        {
            var row = (nint)r * columns;
            loss[r] = half
                ? BFloat16Row.Exponentials((ushort*)data + row, columns, target[r], out sum[r])
                : Float32Row.Exponentials((float*)data + row, columns, target[r], out sum[r]);
        });
        GC.KeepAlive((logits, targets));
        return (sums, losses);
    }

    /// <summary>The same by ATen, out of place: exponentials, sums and losses.</summary>
    public static (Tensor Exponentials, Tensor Sums, Tensor Losses) Reference(Tensor logits, Tensor targets)
    {
        var wide = logits.to(ScalarType.Float32);
        var most = wide.amax([1L], keepdim: true);
        var exponentials = (wide - most).exp();
        var sums = exponentials.sum(1, keepdim: true);
        return (exponentials, sums, (sums.log().Plus(most) - wide.gather(1, targets.unsqueeze(1))).squeeze(1));
    }
}
