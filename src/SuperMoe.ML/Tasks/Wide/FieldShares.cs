namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// How often some events have each value of their key fields, as log(share / usual share), the share drawn to the usual one by a few imaginary events: 0 where nothing is known. Fields of many
/// values are left out. K values of all fields together.
/// </summary>
internal sealed class FieldShares
{
    private const int MostValues = 32; // of a field
    private const double Imagined = 5; // events

    private readonly (int Field, int First, int Count)[] _fields;
    private readonly float[] _usual;

    /// <param name="valueCounts">Per key field: the number of its values.</param>
    /// <param name="usual">K usual shares.</param>
    public FieldShares(IReadOnlyList<int> valueCounts, float[] usual)
    {
        var (fields, first) = (new List<(int, int, int)>(), 0);
        for (var f = 0; f < valueCounts.Count; f++)
        {
            if (valueCounts[f] > MostValues) { continue; }
            fields.Add((f, first, valueCounts[f]));
            first += valueCounts[f];
        }
        (_fields, _usual) = ([.. fields], usual);
    }

    /// <summary>K.</summary>
    public int Size => _usual.Length;

    /// <summary>K usual shares.</summary>
    public float[] Usual => _usual;

    /// <summary>K of fields with so many values each.</summary>
    public static int SizeOf(IReadOnlyList<int> valueCounts) => valueCounts.Where(c => c <= MostValues).Sum();

    /// <summary>The shares that are usual over some users' events.</summary>
    public static FieldShares Of(IReadOnlyList<int> valueCounts, WideEvents events, IEnumerable<WideRow> rows)
    {
        var shares = new FieldShares(valueCounts, new float[SizeOf(valueCounts)]);
        var counts = new int[shares.Size];
        foreach (var row in rows) { shares.Count(events, row.Start, row.End, counts); }
        foreach (var (_, first, count) in shares._fields)
        {
            var all = counts.AsSpan(first, count).ToArray().Sum(c => (double)c);
            for (var v = first; v < first + count; v++) { shares._usual[v] = all > 0 ? (float)(counts[v] / all) : 0; }
        }
        return shares;
    }

    /// <summary>Adds events from <paramref name="start"/> to before <paramref name="end"/> to K counts.</summary>
    public void Count(WideEvents events, int start, int end, Span<int> counts)
    {
        foreach (var (field, first, _) in _fields)
        {
            foreach (var value in events.Fields[field].AsSpan(start, end - start))
            {
                if (value > 0) { counts[first + value - 1]++; }
            }
        }
    }

    /// <summary>K counts as K numbers.</summary>
    public void Write(ReadOnlySpan<int> counts, Span<float> ratios)
    {
        foreach (var (_, first, count) in _fields)
        {
            var all = 0;
            foreach (var c in counts.Slice(first, count)) { all += c; }
            for (var v = first; v < first + count; v++)
            {
                var share = (counts[v] + (Imagined * _usual[v])) / (all + Imagined);
                ratios[v] = _usual[v] > 0 ? (float)Math.Log(share / _usual[v]) : 0;
            }
        }
    }
}
