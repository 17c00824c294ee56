namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>What a bag of Beauty's items holds: the items and, as numbers below 0, which no item has, their attributes.</summary>
internal static class BeautyBag
{
    /// <summary>The place in the bag of each.</summary>
    public static Dictionary<int, int> Places(BeautyData data) => data.Items.Keys.Order()
        .Concat(data.Items.Values.SelectMany(i => i.Attributes).Distinct().Order().Select(a => -a))
        .Select((thing, place) => (thing, place)).ToDictionary(t => t.thing, t => t.place);

    /// <summary>The bag of some items.</summary>
    public static int[] Of(BeautyData data, int[] items) => [.. items, .. items.SelectMany(i => data.Items[i].Attributes.Select(a => -a))];
}
