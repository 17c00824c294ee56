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
    private int _count;

    // All arrays are of the pool, and so longer than they need be.
    private int[] _experts; // (E): all groups' experts, group after group
    private int[] _ends; // (E): their ends
    private ExpertGroup[] _groups;
    private int[] _places;
    private int[] _assignments = [];

    private ExpertRows(int tokens, int experts)
    {
        _tokens = tokens;
        _experts = ArrayPool<int>.Shared.Rent(experts);
        _ends = ArrayPool<int>.Shared.Rent(experts);
        _groups = ArrayPool<ExpertGroup>.Shared.Rent(experts);
        _places = ArrayPool<int>.Shared.Rent(tokens);
    }

    /// <summary>(T·K): the row of each assignment, token after token.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _tokens);

    /// <summary>(R): the assignment of each row, or <see cref="Padding"/>.</summary>
    public ReadOnlySpan<int> Assignments => _assignments.AsSpan(0, Count);

    /// <summary>All experts.</summary>
    public ReadOnlySpan<ExpertGroup> Groups => _groups.AsSpan(0, _count);

    /// <summary>R.</summary>
    public int Count { get; private set; }

    /// <summary>The rows of the group that has most.</summary>
    public int MostRows { get; private set; }

    /// <summary>The experts of the group that has most.</summary>
    public int MostExperts { get; private set; }

    /// <summary>Sorts assignments.</summary>
    /// <param name="assigned">(T, K) int64, contiguous, on the CPU: experts, 0..E-1.</param>
    /// <param name="experts">E.</param>
    /// <param name="even">Whether the experts of a group have equally many rows; else they follow each other in their order, without padding.</param>
    /// <param name="most">The most rows, and the most experts, of a group of more than one expert.</param>
    public static unsafe ExpertRows Of(Tensor assigned, int experts, bool even, (int Rows, int Experts) most)
    {
        var of = new ReadOnlySpan<long>((long*)RawMemory.Start(assigned, ScalarType.Int64), checked((int)assigned.numel()));
        var rows = new ExpertRows(of.Length, experts);
        var counts = ArrayPool<int>.Shared.Rent(experts);
        rows.Sort(of, counts.AsSpan(0, experts), even, most);
        ArrayPool<int>.Shared.Return(counts);
        GC.KeepAlive(assigned);
        return rows;
    }

    public void Dispose()
    {
        Return(ref _experts);
        Return(ref _ends);
        Return(ref _places);
        Return(ref _assignments);
        if (_groups.Length > 0) { ArrayPool<ExpertGroup>.Shared.Return(_groups, clearArray: true); }
        _groups = [];
        _count = 0;
    }

    private static void Return(ref int[] array)
    {
        if (array.Length > 0) { ArrayPool<int>.Shared.Return(array); }
        array = [];
    }

    private void Sort(ReadOnlySpan<long> of, Span<int> counts, bool even, (int Rows, int Experts) most)
    {
        counts.Clear();
        foreach (var e in of) { counts[(int)e]++; }
        if (even) { Even(counts, most); }
        else { Uneven(counts, most); }
        _assignments = ArrayPool<int>.Shared.Rent(Count);
        _assignments.AsSpan(0, Count).Fill(Padding);
        var next = counts; // they have served: now each expert's next row
        foreach (var group in Groups)
        {
            for (var i = 0; i < group.Experts.Length; i++) { next[group.Experts[i]] = group.First + (i == 0 ? 0 : group.Ends[i - 1]); }
        }
        int[] places = _places, assignments = _assignments;
        for (var i = 0; i < of.Length; i++) { assignments[places[i] = next[(int)of[i]]++] = i; }
    }

    private void Uneven(ReadOnlySpan<int> counts, (int Rows, int Experts) most)
    {
        for (int start = 0, n; start < counts.Length; start += n)
        {
            var rows = 0;
            for (n = 0; start + n < counts.Length && (n == 0 || (n < most.Experts && rows + counts[start + n] <= most.Rows)); n++)
            {
                _experts[start + n] = start + n;
                _ends[start + n] = rows += counts[start + n];
            }
            Add(start, n);
        }
    }

    private void Even(ReadOnlySpan<int> counts, (int Rows, int Experts) most)
    {
        Order(counts);
        for (int start = 0, n; start < counts.Length; start += n)
        {
            var held = counts[_experts[start]];
            var size = Math.Max(1, (held + Multiple - 1) / Multiple) * Multiple;
            for (n = 1; start + n < counts.Length && n < most.Experts && (n + 1) * size <= most.Rows; n++)
            {
                held += counts[_experts[start + n]];
                if ((n + 1) * size > (MaxPadding * held) + (Multiple * (n + 1))) { break; }
            }
            // As few different numbers of experts as may be, for the kernels' sake.
            if (start + n < counts.Length) { n = 1 << int.Log2(n); }
            for (var i = 0; i < n; i++) { _ends[start + i] = (i + 1) * size; }
            Add(start, n);
        }
    }

    // The busiest first, of equals the first.
    private void Order(ReadOnlySpan<int> counts)
    {
        var keys = ArrayPool<long>.Shared.Rent(counts.Length);
        for (var e = 0; e < counts.Length; e++) { keys[e] = ((long)(int.MaxValue - counts[e]) << 32) | (uint)e; }
        keys.AsSpan(0, counts.Length).Sort();
        for (var i = 0; i < counts.Length; i++) { _experts[i] = (int)keys[i]; }
        ArrayPool<long>.Shared.Return(keys);
    }

    private void Add(int start, int experts)
    {
        var group = new ExpertGroup(_experts, _ends, start, experts, Count);
        _groups[_count++] = group;
        Count += group.Count;
        MostRows = Math.Max(MostRows, group.Count);
        MostExperts = Math.Max(MostExperts, experts);
    }
}
