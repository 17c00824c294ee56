using System.Buffers;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// Where assignments stand among rows that are sorted by expert, by counting: one pass to count, one to place. Experts are computed in groups.
/// Where all experts of a group shall have equally many rows, experts of like size make a group and are padded. Its memory goes round: to be disposed when nobody
/// reads it any more. T tokens, E experts, K experts a token, R rows.
/// </summary>
internal sealed class ExpertRows : IDisposable
{
    /// <summary>A row that is padding.</summary>
    public const int Padding = -1;

    /// <summary>What the rows of an expert that is padded are multiples of: oneDNN makes a kernel for each number of rows it meets.</summary>
    private const int Multiple = 8;

    /// <summary>A padded group may be this much larger than what it holds, and the multiple for each expert.</summary>
    private const double MaxPadding = 1.3;

    private readonly int _tokens; // T·K
    private int[] _places; // of the pool, and so longer than they need be
    private int[] _assignments;

    private ExpertRows(int tokens, IReadOnlyList<ExpertGroup> groups)
    {
        _tokens = tokens;
        Groups = groups;
        Count = groups[^1].First + groups[^1].Count;
        _places = ArrayPool<int>.Shared.Rent(tokens);
        _assignments = ArrayPool<int>.Shared.Rent(Count);
    }

    /// <summary>(T·K): the row of each assignment, token after token.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _tokens);

    /// <summary>(R): the assignment of each row, or <see cref="Padding"/>.</summary>
    public ReadOnlySpan<int> Assignments => _assignments.AsSpan(0, Count);

    /// <summary>All experts.</summary>
    public IReadOnlyList<ExpertGroup> Groups { get; }

    /// <summary>R.</summary>
    public int Count { get; }

    /// <summary>Sorts assignments.</summary>
    /// <param name="assigned">(T, K) int64, contiguous, on the CPU: experts, 0..E-1.</param>
    /// <param name="experts">E.</param>
    /// <param name="even">Whether the experts of a group have equally many rows; else they follow each other in their order, without padding.</param>
    /// <param name="most">The most rows, and the most experts, of a group of more than one expert.</param>
    public static unsafe ExpertRows Of(Tensor assigned, int experts, bool even, (int Rows, int Experts) most)
    {
        var of = new ReadOnlySpan<long>((long*)RawMemory.Start(assigned, ScalarType.Int64), checked((int)assigned.numel()));
        var counts = new int[experts];
        foreach (var e in of) { counts[e]++; }
        var groups = even ? Even(counts, most) : Uneven(counts, most);
        var next = new int[experts];
        foreach (var group in groups)
        {
            for (var i = 0; i < group.Experts.Length; i++) { next[group.Experts[i]] = group.First + (i == 0 ? 0 : group.Ends[i - 1]); }
        }
        var rows = new ExpertRows(of.Length, groups);
        int[] places = rows._places, assignments = rows._assignments;
        Array.Fill(assignments, Padding, 0, rows.Count);
        for (var i = 0; i < of.Length; i++) { assignments[places[i] = next[of[i]]++] = i; }
        GC.KeepAlive(assigned);
        return rows;
    }

    public void Dispose()
    {
        if (_places.Length > 0) { ArrayPool<int>.Shared.Return(_places); }
        if (_assignments.Length > 0) { ArrayPool<int>.Shared.Return(_assignments); }
        (_places, _assignments) = ([], []);
    }

    private static List<ExpertGroup> Uneven(int[] counts, (int Rows, int Experts) most)
    {
        var groups = new List<ExpertGroup>();
        for (int e = 0, row = 0; e < counts.Length; e = groups[^1].Experts[^1] + 1, row += groups[^1].Count)
        {
            var ends = new List<int> { counts[e] };
            for (var next = e + 1; next < counts.Length && ends.Count < most.Experts && ends[^1] + counts[next] <= most.Rows; next++)
            {
                ends.Add(ends[^1] + counts[next]);
            }
            groups.Add(new ExpertGroup([.. Enumerable.Range(e, ends.Count)], row, [.. ends]));
        }
        return groups;
    }

    private static List<ExpertGroup> Even(int[] counts, (int Rows, int Experts) most)
    {
        int[] order = [.. Enumerable.Range(0, counts.Length).OrderByDescending(e => counts[e])];
        var groups = new List<ExpertGroup>();
        for (int start = 0, row = 0; start < order.Length; start += groups[^1].Experts.Length, row += groups[^1].Count)
        {
            var size = Math.Max(1, (counts[order[start]] + Multiple - 1) / Multiple) * Multiple;
            var held = counts[order[start]];
            var n = 1;
            for (; start + n < order.Length && n < most.Experts && (n + 1) * size <= most.Rows; n++)
            {
                held += counts[order[start + n]];
                if ((n + 1) * size > (MaxPadding * held) + (Multiple * (n + 1))) { break; }
            }
            // As few different numbers of experts as may be, for the kernels' sake.
            if (start + n < order.Length) { n = 1 << int.Log2(n); }
            groups.Add(new ExpertGroup(order[start..(start + n)], row, [.. Enumerable.Range(1, n).Select(i => i * size)]));
        }
        return groups;
    }
}
