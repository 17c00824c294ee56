namespace SuperMoe.ML.Evaluation;

/// <summary>The rank of one item among all, by the full-ranking protocol.</summary>
internal static class TargetRank
{
    /// <summary>
    /// The number of items other than the target that are scored greater than or equal to it, those of <paramref name="removed"/> left out.
    /// An item scored NaN counts as better, and a target scored NaN is last: a broken score must not look like a perfect one.
    /// </summary>
    /// <param name="scores">A score for each item, by index.</param>
    /// <param name="target">The index of the target. It is ranked even if it is among the removed.</param>
    /// <param name="removed">The indices of the items of the user's own input, in any order, repeats allowed.</param>
    public static long Of(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> removed)
    {
        var bar = scores[target];
        long rank = -1; // the target finds itself once
        foreach (var score in scores)
        {
            if (!(score < bar)) { rank++; }
        }
        var distinct = removed.ToArray();
        Array.Sort(distinct);
        for (var i = 0; i < distinct.Length; i++)
        {
            var isRepeat = i > 0 && distinct[i] == distinct[i - 1];
            if (!isRepeat && distinct[i] != target && !(scores[distinct[i]] < bar)) { rank--; }
        }
        return rank;
    }
}
