using SuperMoe.ML.Model;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// What a wide part sees: the bags of the user's items and of their attributes' values, how the user's events differ from the usual in their key fields, and in their number; with a candidate also which
/// item it is, its values, and how events with it differ from the usual. R items and values in the bag, K values of key fields.
/// </summary>
/// <param name="bag">The items and values.</param>
/// <param name="shares">The key fields.</param>
/// <param name="usualLength">The geometric mean of the numbers of events, each and one more.</param>
/// <param name="itemShares">R × K: how events with an item differ from the usual; <see langword="null"/> without a candidate.</param>
internal sealed class WideFeatures(ItemBag bag, FieldShares shares, float usualLength, float[]? itemShares)
{
    private const float LengthScale = 1 / 3f; // so that it does not speak louder than items where both could explain a few labels

    /// <summary>The items and values.</summary>
    public ItemBag Bag => bag;

    /// <summary>The key fields.</summary>
    public FieldShares Shares => shares;

    /// <summary>The geometric mean of the numbers of events, each and one more.</summary>
    public float UsualLength => usualLength;

    /// <summary>R × K; <see langword="null"/> without a candidate.</summary>
    public float[]? ItemShares => itemShares;

    /// <summary>The number of columns.</summary>
    public int Columns => ColumnsOf(bag.Items.Length, shares.Size, itemShares is not null);

    /// <summary>The number of columns with R in the bag and K values of key fields.</summary>
    public static int ColumnsOf(int items, int values, bool candidate) => ((items + values) * (candidate ? 2 : 1)) + 1;

    /// <summary>The most columns that a row can have.</summary>
    public int Most(WideEvents events, WideRow row)
    {
        var most = 2 + events.Values.Of(row.Candidate).Length + (2 * shares.Size);
        foreach (var item in events.Items.AsSpan(row.Start, row.End - row.Start)) { most += 1 + events.Values.Of(item).Length; }
        return most;
    }

    /// <summary>The geometric mean of the numbers of some users' events, each and one more.</summary>
    public static float LengthOf(WideEvents events, IReadOnlyCollection<WideRow> rows) => rows.Count == 0 ? 1 : (float)Math.Exp(rows.Average(r => Math.Log(1 + Count(events, r))));

    /// <summary>How events with each item of a bag differ from the usual.</summary>
    /// <param name="bag">The items.</param>
    /// <param name="shares">The fields.</param>
    /// <param name="events">The events.</param>
    /// <param name="rows">Whose events count.</param>
    /// <param name="outcomes">Per event: whether it is left out, since it is what a label is about.</param>
    public static float[] SharesOfItems(ItemBag bag, FieldShares shares, WideEvents events, IEnumerable<WideRow> rows, bool[] outcomes)
    {
        var counts = new int[bag.Items.Length * shares.Size];
        foreach (var row in rows)
        {
            for (var e = row.Start; e < row.End; e++)
            {
                if (!outcomes[e] && bag.Place(events.Items[e]) is >= 0 and var place) { shares.Count(events, e, e + 1, counts.AsSpan(place * shares.Size, shares.Size)); }
            }
        }
        var ratios = new float[counts.Length];
        for (var i = 0; i < counts.Length; i += Math.Max(1, shares.Size)) { shares.Write(counts.AsSpan(i, shares.Size), ratios.AsSpan(i, shares.Size)); }
        return ratios;
    }

    /// <summary>Writes a row.</summary>
    /// <param name="events">The events.</param>
    /// <param name="row">Whose, and about what.</param>
    /// <param name="columns">As many as <see cref="Most"/>.</param>
    /// <param name="values">As many.</param>
    /// <returns>How many were written.</returns>
    public int Write(WideEvents events, WideRow row, Span<int> columns, Span<float> values)
    {
        var count = bag.Write(events.Items.AsSpan(row.Start, row.End - row.Start), events.Values, columns, values);
        if (Count(events, row) is > 0 and var n)
        {
            (columns[count], values[count]) = (bag.Items.Length, (float)Math.Log((1 + n) / usualLength) * LengthScale);
            count++;
        }
        if (shares.Size > 0)
        {
            var counts = new int[shares.Size];
            shares.Count(events, row.Start, row.End, counts);
            shares.Write(counts, values[count..]);
            count = Number(columns, count, shares.Size, bag.Items.Length + 1);
        }
        return itemShares is null ? count : WriteCandidate(events.Values, row.Candidate, columns, values, count);
    }

    // The candidate and its values as a row of length 1, and the shares of events with it.
    private int WriteCandidate(ItemValues attributes, int candidate, Span<int> columns, Span<float> values, int start)
    {
        var (count, first, place) = (start, bag.Items.Length + 1 + shares.Size, bag.Place(candidate));
        if (place >= 0) { columns[count++] = first + place; }
        foreach (var value in attributes.Of(candidate))
        {
            if (bag.Place(value) is >= 0 and var other) { columns[count++] = first + other; }
        }
        if (count > start) { values[start..count].Fill((float)(1 / Math.Sqrt(count - start))); }
        if (place < 0) { return count; }
        itemShares.AsSpan(place * shares.Size, shares.Size).CopyTo(values[count..]);
        return Number(columns, count, shares.Size, first + bag.Items.Length);
    }

    private static int Count(WideEvents events, WideRow row) => row.End - row.Start - events.Items.AsSpan(row.Start, row.End - row.Start).Count(0);

    private static int Number(Span<int> columns, int start, int count, int first)
    {
        for (var i = 0; i < count; i++) { columns[start + i] = first + i; }
        return start + count;
    }
}
