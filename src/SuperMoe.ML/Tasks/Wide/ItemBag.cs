using SuperMoe.ML.Model;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// A history as a bag of items and of their attributes' values, which have numbers behind those of the items. An item counts as much as it is rare among histories (inverse document frequency;
/// Salton and Buckley 1988), a value as much as it is rare among events, since most histories hold the frequent ones, some more often than others. The whole is divided by the
/// root of the sum of all these squares: to length 1 where nothing comes twice, so that long histories do not weigh more than short ones; what comes again and again adds up, and is surer. Order
/// does not count.
/// </summary>
/// <param name="items">R items and values, each once.</param>
/// <param name="scales">What an event of each counts.</param>
internal sealed class ItemBag(int[] items, float[] scales)
{
    private const int LeastHistories = 2; // one user's weight tells nothing of another

    private readonly Dictionary<int, int> _places = items.Select((item, place) => (item, place)).DistinctBy(i => i.item).ToDictionary(i => i.item, i => i.place);

    /// <summary>R items and values.</summary>
    public int[] Items => items;

    /// <summary>What an event of each counts, before the whole is scaled.</summary>
    public float[] Scales => scales;

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
        var kept = items.Scales(c => c.Histories).Concat(values.Scales(c => c.Events))
            .OrderByDescending(t => t.Histories).ThenBy(t => t.Thing).Take(most).OrderBy(t => t.Thing).ToList();
        return new ItemBag([.. kept.Select(t => t.Thing)], [.. kept.Select(t => t.Scale)]);
    }

    /// <summary>The place of an item or value; -1 if it has none.</summary>
    public int Place(int item) => _places.GetValueOrDefault(item, -1);

    /// <summary>Writes a history as a sparse row; what occurs several times is there several times, and adds up.</summary>
    /// <param name="history">The items of n events.</param>
    /// <param name="attributes">The items' attributes.</param>
    /// <param name="columns">At least n, times one more than an item has values.</param>
    /// <param name="values">As many.</param>
    /// <returns>How many were written.</returns>
    public int Write(ReadOnlySpan<int> history, ItemValues attributes, Span<int> columns, Span<float> values)
    {
        var count = 0;
        foreach (var item in history)
        {
            count = Add(item, columns, values, count);
            foreach (var value in attributes.Of(item)) { count = Add(value, columns, values, count); }
        }
        var square = 0.0;
        foreach (var value in values[..count]) { square += (double)value * value; }
        var scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
        foreach (ref var value in values[..count]) { value *= scale; }
        return count;
    }

    private int Add(int thing, Span<int> columns, Span<float> values, int count)
    {
        if (!_places.TryGetValue(thing, out var place)) { return count; }
        columns[count] = place;
        values[count] = scales[place];
        return count + 1;
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
        public IEnumerable<(int Thing, int Histories, float Scale)> Scales(Func<(int Histories, int Events), int> held) =>
            _counts.Where(c => c.Value.Histories >= LeastHistories && held(c.Value) < All)
                .Select(c => (c.Key, c.Value.Histories, (float)Math.Log((1.0 + All) / (1.0 + held(c.Value)))));
    }
}
