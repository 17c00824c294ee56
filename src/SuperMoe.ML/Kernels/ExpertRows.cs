using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Where assignments stand among rows that are sorted by expert, by counting: one pass to count, one to place. An expert's rows may end with
/// padding. T tokens, E experts, K experts a token, R rows.
/// </summary>
internal sealed class ExpertRows
{
    /// <summary>Padded to the largest group, all groups together may be this much larger than what they hold; else each is padded alone.</summary>
    private const double MaxPadding = 1.35;

    /// <summary>Even where that is needed, rows are at most this many times the assignments, plus a multiple an expert: skewed choices would take E times.</summary>
    private const int MostPadding = 4;

    /// <summary>(T·K): the row of each assignment, token after token.</summary>
    public required int[] Places { get; init; }

    /// <summary>(E): the rows that hold assignments, per expert; padding follows them.</summary>
    public required int[] Counts { get; init; }

    /// <summary>(E): the row after each expert's last, padding included.</summary>
    public required int[] Ends { get; init; }

    /// <summary>Whether all experts have equally many rows.</summary>
    public required bool Even { get; init; }

    /// <summary>R.</summary>
    public int Count => Ends[^1];

    /// <summary>Sorts assignments.</summary>
    /// <param name="assigned">(T, K) int64, contiguous, on the CPU: experts, 0..E-1.</param>
    /// <param name="experts">E.</param>
    /// <param name="multiple">What the experts' rows are multiples of; with 1 there is no padding.</param>
    /// <param name="even">Whether all experts should have equally many rows, unless that takes very many.</param>
    public static unsafe ExpertRows Of(Tensor assigned, int experts, int multiple, bool even)
    {
        var of = new ReadOnlySpan<long>((long*)RawMemory.Start(assigned, ScalarType.Int64), checked((int)assigned.numel()));
        var counts = new int[experts];
        foreach (var e in of) { counts[e]++; }
        var size = RoundUp(counts.Max(), multiple);
        var padded = (long)size * experts;
        even = even ? padded <= ((long)MostPadding * of.Length) + ((long)multiple * experts) : multiple > 1 && padded <= MaxPadding * of.Length;
        var ends = new int[experts];
        var next = new int[experts];
        for (var e = 0; e < experts; e++)
        {
            next[e] = e == 0 ? 0 : ends[e - 1];
            ends[e] = checked(next[e] + (even ? size : RoundUp(counts[e], multiple)));
        }
        var places = new int[of.Length];
        for (var i = 0; i < places.Length; i++) { places[i] = next[of[i]]++; }
        GC.KeepAlive(assigned);
        return new ExpertRows { Places = places, Counts = counts, Ends = ends, Even = even };
    }

    /// <summary>For the kernels: the ends, or nothing if all experts have equally many rows. int32.</summary>
    public Tensor EndsTensor() => tensor(Even ? [] : Ends, dtype: ScalarType.Int32, device: CPU);

    private static int RoundUp(int count, int multiple) => (count + multiple - 1) / multiple * multiple;
}
