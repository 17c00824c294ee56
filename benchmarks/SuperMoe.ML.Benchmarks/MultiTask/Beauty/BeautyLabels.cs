namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>What is asked at a cut of a user's history.</summary>
/// <param name="NextItem">The item after the cut.</param>
/// <param name="NextCategory">Its top category's place; -1 is none.</param>
/// <param name="Repeats">Whether one of the next three items has a brand or a narrowest category that an item before the cut has.</param>
/// <param name="Rest">The number of items after the cut.</param>
internal sealed record BeautyLabels(int NextItem, int NextCategory, bool Repeats, int Rest)
{
    /// <summary>The labels of a cut with at least <see cref="BeautyCuts.After"/> items after it.</summary>
    public static BeautyLabels At(BeautyData data, int[] items, int cut)
    {
        var known = items[..cut].Select(i => data.Items[i]).ToList();
        var brands = known.Select(i => i.Brand).Where(b => b != 0).ToHashSet();
        var categories = known.Select(i => i.Category).Where(c => c != 0).ToHashSet();
        var repeats = items[cut..(cut + BeautyCuts.After)].Select(i => data.Items[i]).Any(i => brands.Contains(i.Brand) || categories.Contains(i.Category));
        return new BeautyLabels(items[cut], data.Items[items[cut]].TopCategory, repeats, items.Length - cut);
    }
}
