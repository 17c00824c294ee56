using SuperMoe.ML.Model;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// A history as a bag of items, and as one of their attributes' values, which have numbers behind those of the items: how often each occurs, each bag divided by its Euclidean length, so that long
/// histories do not weigh more than short ones. Order does not count.
/// </summary>
/// <param name="items">R items and values, each once.</param>
internal sealed class ItemBag(int[] items)
{
    private const int LeastHistories = 2; // one user's weight tells nothing of another

    private readonly Dictionary<int, int> _places = items.Select((item, place) => (item, place)).DistinctBy(i => i.item).ToDictionary(i => i.item, i => i.place);

    /// <summary>R items and values.</summary>
    public int[] Items => items;

    /// <summary>
    /// How rare they are, R numbers: the logarithm of one over the share of histories that hold an item (inverse document frequency, Salton and Buckley 1988), or of events that have a value. Empty where that is
    /// not known any more, as in a model that was saved.
    /// </summary>
    public float[] Rarity { get; private init; } = [];

    /// <summary>A bag for some histories.</summary>
    /// <param name="events">The events.</param>
    /// <param name="rows">The histories.</param>
    /// <param name="most">The most items and values that have a place: those that most histories hold.</param>
    public static ItemBag Of(WideEvents events, IReadOnlyList<WideRow> rows, int most)
    {
        var (items, values, own) = (new Counts(), new Counts(), new HashSet<int>());
        foreach (var row in rows)
        {
            own.Clear();
            foreach (var item in events.Items.AsSpan(row.Start, row.End - row.Start))
            {
                if (item == 0) { continue; }
                items.Add(item, own.Add(item));
                foreach (var value in events.Values.Of(item)) { values.Add(value, own.Add(value)); }
                values.All++;
            }
        }
        items.All = rows.Count;
        var kept = items.Told(c => c.Histories).Concat(values.Told(c => c.Events)).OrderByDescending(t => t.Histories).ThenBy(t => t.Thing).Take(most).OrderBy(t => t.Thing).ToArray();
        return new ItemBag([.. kept.Select(t => t.Thing)]) { Rarity = [.. kept.Select(t => (float)t.Rarity)] };
    }

    /// <summary>The place of an item or value; -1 if it has none.</summary>
    public int Place(int item) => _places.GetValueOrDefault(item, -1);

    /// <summary>Writes a history as a sparse row.</summary>
    /// <param name="history">The items of n events.</param>
    /// <param name="attributes">The items' attributes.</param>
    /// <param name="columns">At least n, times one more than an item has values.</param>
    /// <param name="values">As many.</param>
    /// <returns>How many were written.</returns>
    public int Write(ReadOnlySpan<int> history, ItemValues attributes, Span<int> columns, Span<float> values)
    {
        var count = 0;
        foreach (var item in history) { Add(item, columns, ref count); }
        var first = Gather(columns[..count], values);
        count = first;
        foreach (var item in history)
        {
            foreach (var value in attributes.Of(item)) { Add(value, columns, ref count); }
        }
        return first + Gather(columns[first..count], values[first..]);
    }

    private void Add(int thing, Span<int> columns, ref int count)
    {
        if (_places.TryGetValue(thing, out var place)) { columns[count++] = place; }
    }

    // Each column once, with how often it was there, all of length 1.
    private static int Gather(Span<int> columns, Span<float> values)
    {
        columns.Sort();
        var (count, square) = (0, 0.0);
        for (int start = 0, end; start < columns.Length; start = end)
        {
            for (end = start + 1; end < columns.Length && columns[end] == columns[start];) { end++; }
            (columns[count], values[count]) = (columns[start], end - start);
            square += (double)(end - start) * (end - start);
            count++;
        }
        var scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
        foreach (ref var value in values[..count]) { value *= scale; }
        return count;
    }

    private sealed class Counts
    {
        private readonly Dictionary<int, (int Histories, int Events)> _counts = [];

        public int All { get; set; }

        public void Add(int thing, bool first)
        {
            var (histories, events) = _counts.GetValueOrDefault(thing);
            _counts[thing] = (histories + (first ? 1 : 0), events + 1);
        }

        // What all have tells nobody apart.
        public IEnumerable<(int Thing, int Histories, double Rarity)> Told(Func<(int Histories, int Events), int> held) =>
            _counts.Where(c => c.Value.Histories >= LeastHistories && held(c.Value) < All).Select(c => (c.Key, c.Value.Histories, Math.Log((1.0 + All) / (1 + held(c.Value)))));
    }
}
