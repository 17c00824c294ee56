namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>A product.</summary>
/// <param name="Attributes">Its attributes as the file has them: the brand, where it is known, then the categories from the widest to the narrowest.</param>
/// <param name="TopCategory">The widest category's place in <see cref="BeautyData.TopCategories"/>; -1 is none.</param>
/// <param name="Brand">The brand; 0 is unknown.</param>
/// <param name="Category">The narrowest category below the top one; 0 is none.</param>
internal sealed record BeautyItem(int[] Attributes, int TopCategory, int Brand, int Category)
{
    /// <summary>Tells an item's attributes apart by the place of the top category among them.</summary>
    public static BeautyItem Of(int[] attributes, IReadOnlyList<int> topCategories)
    {
        var place = Array.FindIndex(attributes, topCategories.Contains);
        return place < 0
            ? new BeautyItem(attributes, -1, 0, 0)
            : new BeautyItem(
                attributes,
                topCategories.ToList().IndexOf(attributes[place]),
                place > 0 ? attributes[place - 1] : 0,
                place < attributes.Length - 1 ? attributes[^1] : 0);
    }
}
