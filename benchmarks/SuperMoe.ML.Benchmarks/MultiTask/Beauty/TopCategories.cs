namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>
/// Finds the top categories among attributes that have no names: the few that cover all items, taken greedily, that is, always the one that most of the items not yet covered
/// have. Beauty has six, and all but two of 12,101 items have exactly one attribute of them; the counts are those of skin care, hair care, make-up, tools, fragrance, and bath and body.
/// </summary>
internal static class TopCategories
{
    /// <summary>The top categories, the most frequent first; equal ones by number.</summary>
    public static IReadOnlyList<int> Of(IEnumerable<int[]> items)
    {
        var rest = items.Where(attributes => attributes.Length > 0).ToList();
        var found = new List<int>();
        while (rest.Count > 0)
        {
            var most = rest.SelectMany(attributes => attributes.Distinct()).CountBy(a => a).OrderByDescending(c => c.Value).ThenBy(c => c.Key).First().Key;
            found.Add(most);
            rest.RemoveAll(attributes => attributes.Contains(most));
        }
        return found;
    }
}
