using SuperMoe.ML.Data;
using SuperMoe.ML.Training;

namespace SuperMoe.ML.Estimators;

/// <summary>
/// The memory of one call that scores users, used again by later calls: the users in order of length, so that batches of like length
/// need next to no padding, and the batch that is packed.
/// </summary>
internal sealed class ScoringWorkspace
{
    /// <summary>The most tokens of a batch, padding included: what a layer's states of them fill stays in the processor's cache.</summary>
    private const int BatchTokens = 4096;

    /// <summary>The tokens from which on a batch is ended rather than padded.</summary>
    private const int EnoughTokens = 768;

    private readonly GrowableArray<int> _rows = new();
    private readonly GrowableArray<int> _lengths = new();
    private readonly GrowableArray<int> _windows = new();
    private readonly GrowableArray<ArraySegment<int>> _histories = new();
    private readonly List<(int Start, int End)> _batches = [];
    private int[] _starts = [];

    /// <summary>The batch that is packed.</summary>
    public PackedBatch Packed { get; } = new();

    /// <summary>The users in order of the lengths that the model looks at.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan();

    /// <summary>All events of each of <see cref="Rows"/>.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan();

    /// <summary>Sorts the users by length, stably.</summary>
    public void Sort(BehaviorDataset users, int maxLength)
    {
        var counts = Starts(users, maxLength);
        _rows.Clear();
        _lengths.Clear();
        _windows.Clear();
        var rows = _rows.Grow(users.Count);
        var lengths = _lengths.Grow(users.Count);
        var windows = _windows.Grow(users.Count);
        for (var u = 0; u < users.Count; u++)
        {
            var length = users.Length(u);
            var window = Math.Min(length, maxLength);
            var place = counts[window]++;
            (rows[place], lengths[place], windows[place]) = (u, length, window);
        }
    }

    /// <summary>The batches: ranges of <see cref="Rows"/>.</summary>
    public IReadOnlyList<(int Start, int End)> Batches => _batches;

    /// <summary>Cuts the sorted users into batches.</summary>
    public void PlanBatches()
    {
        _batches.Clear();
        for (var start = 0; start < Rows.Length;)
        {
            var end = End(start);
            _batches.Add((start, end));
            start = end;
        }
    }

    // Where the batch ends that begins at start; users without events are in batches of their own.
    private int End(int start)
    {
        var windows = _windows.AsSpan();
        if (windows[start] > 0) { return BatchPlanner.End(windows, start, BatchTokens, EnoughTokens); }
        var end = start + 1;
        while (end < windows.Length && end - start < BatchTokens && windows[end] == 0) { end++; }
        return end;
    }

    /// <summary>The items of each of some users, to be read before the next call.</summary>
    public IReadOnlyList<ArraySegment<int>> Histories(BehaviorDataset users, ReadOnlySpan<int> rows, bool empty)
    {
        _histories.Clear();
        var histories = _histories.Grow(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            histories[i] = empty ? ArraySegment<int>.Empty : new ArraySegment<int>(users.Items, users.Offsets[rows[i]], users.Length(rows[i]));
        }
        return _histories.Memory;
    }

    // Where the users of each length begin.
    private Span<int> Starts(BehaviorDataset users, int maxLength)
    {
        if (_starts.Length < maxLength + 1) { _starts = new int[maxLength + 1]; }
        var starts = _starts.AsSpan(0, maxLength + 1);
        starts.Clear();
        for (var u = 0; u < users.Count; u++) { starts[Math.Min(users.Length(u), maxLength)]++; }
        var sum = 0;
        for (var length = 0; length <= maxLength; length++) { (starts[length], sum) = (sum, sum + starts[length]); }
        return starts;
    }
}
