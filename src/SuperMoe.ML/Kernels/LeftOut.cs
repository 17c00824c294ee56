using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>Columns of a softmax that are left out of some of its rows: rows share lists, since the positions of one user have the same. A row's target stays in any case.</summary>
/// <param name="Lists">(n) int64: each row's list.</param>
/// <param name="Columns">(G, W) int64: the lists, filled up with repeats.</param>
internal sealed record LeftOut(Tensor Lists, Tensor Columns)
{
    private const ushort MinusInfinity = 0xFF80; // of bfloat16

    /// <summary>For the kernels: no list at all.</summary>
    public static LeftOut Nothing(Device device) => new(empty(0, ScalarType.Int64, device), empty([0, 0], ScalarType.Int64, device));

    /// <summary>(n, <paramref name="columns"/>): where a column is in a row's list.</summary>
    public Tensor Mask(long columns)
    {
        var indexes = Columns.index_select(0, Lists); // (n, W)
        return zeros([Lists.shape[0], columns], device: Lists.device).scatter_(1, indexes, ones(indexes.shape, device: Lists.device)).to(ScalarType.Bool);
    }

    /// <summary>Makes the logits of what is left out minus infinity, in place.</summary>
    /// <param name="logits">(m, V) float32 or bfloat16, contiguous, on the CPU: of the rows from <paramref name="first"/> on.</param>
    /// <param name="targets">(m) int64.</param>
    /// <param name="first">The first of the rows.</param>
    public void Apply(Tensor logits, Tensor targets, long first)
    {
        var lists = Lists.narrow(0, first, logits.shape[0]);
        if (logits.dtype == ScalarType.BFloat16) { Write(logits, ScalarType.BFloat16, MinusInfinity, targets, lists); }
        else { Write(logits, ScalarType.Float32, float.NegativeInfinity, targets, lists); }
    }

    // torch's scatter_ turns all logits of two bytes to four bytes and back.
    private unsafe void Write<T>(Tensor logits, ScalarType type, T nothing, Tensor targets, Tensor lists)
        where T : unmanaged
    {
        var (columns, width) = ((nint)logits.shape[1], (int)Columns.shape[1]);
        var row = (T*)RawMemory.Start(logits, type);
        var target = (long*)RawMemory.Start(targets, ScalarType.Int64);
        var list = (long*)RawMemory.Start(lists, ScalarType.Int64);
        var column = (long*)RawMemory.Start(Columns, ScalarType.Int64);
        for (var (r, rows) = (0L, logits.shape[0]); r < rows; r++, row += columns)
        {
            var kept = row[target[r]];
            foreach (var left in new ReadOnlySpan<long>(column + (list[r] * width), width)) { row[left] = nothing; }
            row[target[r]] = kept;
        }
        GC.KeepAlive((logits, targets, lists, Columns));
    }
}
