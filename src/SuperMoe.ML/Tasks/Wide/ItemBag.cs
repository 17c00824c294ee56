namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// A history as a bag of items: each event counts as much as its item is rare among the histories (inverse document frequency; Salton and Buckley 1988), and the whole is scaled so that
/// long histories do not weigh more than short ones. Order does not count.
/// </summary>
/// <param name="items">R items, each once.</param>
/// <param name="scales">What an event of each counts.</param>
internal sealed class ItemBag(int[] items, float[] scales)
{
    private const int LeastHistories = 2; // one user's weight tells nothing of another

    private readonly Dictionary<int, int> _places = items.Select((item, place) => (item, place)).DistinctBy(i => i.item).ToDictionary(i => i.item, i => i.place);

    /// <summary>R items.</summary>
    public int[] Items => items;

    /// <summary>What an event of each item counts, before the whole is scaled.</summary>
    public float[] Scales => scales;

    /// <summary>A bag for some histories.</summary>
    /// <param name="events">The events.</param>
    /// <param name="rows">The histories.</param>
    /// <param name="most">The most items that have a place: those that most histories hold.</param>
    public static ItemBag Of(WideEvents events, IReadOnlyList<WideRow> rows, int most)
    {
        var counts = new Dictionary<int, int>();
        var own = new HashSet<int>();
        foreach (var row in rows)
        {
            own.Clear();
            foreach (var item in events.Items.AsSpan(row.Start, row.End - row.Start))
            {
                if (item != 0 && own.Add(item)) { counts[item] = counts.GetValueOrDefault(item) + 1; }
            }
        }
        var kept = counts.Where(c => c.Value >= LeastHistories && c.Value < rows.Count) // what everybody has tells nobody apart
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(most).OrderBy(c => c.Key).ToList();
        return new ItemBag([.. kept.Select(c => c.Key)], [.. kept.Select(c => (float)Math.Log((1.0 + rows.Count) / (1.0 + c.Value)))]);
    }

    /// <summary>The place of an item; -1 if it has none.</summary>
    public int Place(int item) => _places.GetValueOrDefault(item, -1);

    /// <summary>Writes a history as a sparse row of length 1; an item that occurs several times is there several times.</summary>
    /// <param name="history">The items of n events.</param>
    /// <param name="columns">At least n.</param>
    /// <param name="values">At least n.</param>
    /// <returns>How many were written.</returns>
    public int Write(ReadOnlySpan<int> history, Span<int> columns, Span<float> values)
    {
        var count = 0;
        var square = 0.0;
        foreach (var item in history)
        {
            if (!_places.TryGetValue(item, out var place)) { continue; }
            columns[count] = place;
            values[count++] = scales[place];
            square += (double)scales[place] * scales[place];
        }
        var scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
        foreach (ref var value in values[..count]) { value *= scale; }
        return count;
    }
}
