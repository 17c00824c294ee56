using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// Draws items in proportion to (count + 1)^0.75, at a cost that does not grow with the catalogue. Items that training sees equally often form a class,
/// and classes are few: at most about the square root of twice the events. A draw searches its class in a small array, which stays in the processor's
/// cache, and divides to find its item within the class, so that it reads one place of an array as long as the catalogue; so does the logQ
/// correction. Eight bytes an item. The alias method (Vose 1991) reads two such places a draw and, with the correction's logarithm, keeps twelve bytes.
/// V items, C classes.
/// </summary>
internal sealed class NegativeSampler : IDisposable
{
    private const double Smoothing = 0.75; // Mikolov et al. 2013
    private const double Least = 1e-30;

    private readonly Tensor _order; // (items that can be drawn) int32, the most frequent first
    private readonly Tensor _classOf; // (V + 1) int32
    private readonly Tensor _ends; // (C) float64: cumulative probability up to the class's last item
    private readonly Tensor _classes; // (C, 4) float64: cumulative probability before the class, of one item, the first item's place in the order, the last's
    private readonly Tensor _shares; // (C, 2) float64: an item's probability to be drawn, and its share of the counts

    /// <param name="counts">V + 1 numbers: how often training sees each item; that of item 0 does not count.</param>
    /// <param name="onlySeen">Whether items of count 0 are never drawn.</param>
    /// <param name="device">Where items are drawn.</param>
    public NegativeSampler(int[] counts, bool onlySeen, Device device)
    {
        var classes = Classes(counts);
        double Weight(int count) => count == 0 && onlySeen ? 0 : Math.Pow(count + 1.0, Smoothing);
        var total = Math.Max(classes.Sum(c => c.Items * Weight(c.Count)), Least);
        var events = Math.Max(classes.Sum(c => (double)c.Items * c.Count), 1);

        var ends = new double[classes.Length];
        var limits = new double[classes.Length, 4];
        var shares = new double[classes.Length, 2];
        double sum = 0, drawn = 0;
        for (var c = 0; c < classes.Length; c++)
        {
            var (count, items) = classes[c];
            var each = Weight(count) / total;
            (limits[c, 0], limits[c, 1], limits[c, 2], limits[c, 3]) = (sum, Math.Max(each, Least), drawn, drawn + items - 1);
            (shares[c, 0], shares[c, 1]) = (each, count / events);
            sum += items * each;
            drawn += items;
            ends[c] = c + 1 == classes.Length || Weight(classes[c + 1].Count) == 0 ? 1 : sum; // whatever rounding did
        }
        var (order, classOf) = Sort(counts, classes);
        _order = Keep(tensor(order, device: device));
        _classOf = Keep(tensor(classOf, device: device));
        _ends = Keep(tensor(ends, device: device));
        _classes = Keep(tensor(limits, device: device));
        _shares = Keep(tensor(shares, device: device));
    }

    /// <summary>Draws items with replacement: (n) int64.</summary>
    public Tensor Draw(int n, RandomSource random)
    {
        using var scope = NewDisposeScope();
        var uniform = random.Uniform(n);
        var chosen = _classes.index_select(0, searchsorted(_ends, uniform, right: true)); // (n, 4)
        var places = (uniform - chosen.select(1, 0)).div_(chosen.select(1, 1)).floor_().Accumulate(chosen.select(1, 2));
        places = places.minimum(chosen.select(1, 3)).maximum(chosen.select(1, 2));
        return _order.index_select(0, places.to(ScalarType.Int64)).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The log of how often each of some items is expected among <paramref name="draws"/> draws and <paramref name="targets"/> targets together,
    /// targets being distributed as the counts are.
    /// </summary>
    /// <param name="items">(n) int64, 1..V.</param>
    /// <param name="draws">The number of draws.</param>
    /// <param name="targets">The number of targets.</param>
    /// <returns>(n) float64.</returns>
    public Tensor LogExpected(Tensor items, int draws, long targets)
    {
        using var scope = NewDisposeScope();
        var shares = _shares.index_select(0, _classOf.index_select(0, items)); // (n, 2)
        var expected = (shares.select(1, 0) * tensor((double)draws)).Plus(shares.select(1, 1) * tensor((double)targets));
        return expected.clamp_(min: Scalars.Of(Least)).log_().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var t in new[] { _order, _classOf, _ends, _classes, _shares }) { t.Dispose(); }
    }

    private static Tensor Keep(Tensor t) => t.DetachFromDisposeScope();

    // Each count that an item has, the largest first, and how many items have it.
    private static (int Count, int Items)[] Classes(int[] counts)
    {
        var items = new Dictionary<int, int>();
        foreach (var count in counts.AsSpan(1)) { items[count] = items.GetValueOrDefault(count) + 1; }
        return [.. items.OrderByDescending(p => p.Key).Select(p => (p.Key, p.Value))];
    }

    private static (int[] Order, int[] ClassOf) Sort(int[] counts, (int Count, int Items)[] classes)
    {
        var classOfCount = new Dictionary<int, int>();
        var next = new int[classes.Length];
        for (var c = 0; c < classes.Length; c++)
        {
            classOfCount[classes[c].Count] = c;
            if (c > 0) { next[c] = next[c - 1] + classes[c - 1].Items; }
        }
        var order = new int[counts.Length - 1];
        var classOf = new int[counts.Length];
        for (var item = 1; item < counts.Length; item++)
        {
            classOf[item] = classOfCount[counts[item]];
            order[next[classOf[item]]++] = item;
        }
        return (order, classOf);
    }
}
