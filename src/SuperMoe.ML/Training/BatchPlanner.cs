namespace SuperMoe.ML.Training;

/// <summary>Groups users into batches of like length, at most so many tokens each when padded to the longest.</summary>
internal static class BatchPlanner
{
    /// <param name="users">Users in any order; the order decides among equal lengths.</param>
    /// <param name="length">How many events a user's input has.</param>
    /// <param name="tokens">The most events of a batch, padding included. A longer user is a batch of its own.</param>
    /// <returns>The batches, shortest users first.</returns>
    public static List<int[]> Plan(IReadOnlyCollection<int> users, Func<int, int> length, int tokens)
    {
        var sorted = users.ToArray();
        var lengths = sorted.Select(length).ToArray();
        var order = Enumerable.Range(0, sorted.Length).OrderBy(i => lengths[i]).ToArray(); // stable
        var batches = new List<int[]>();
        var start = 0;
        for (var i = 1; i <= order.Length; i++)
        {
            // Sorted upwards, so the next user would be the longest of the batch.
            if (i < order.Length && (long)(i - start + 1) * Math.Max(1, lengths[order[i]]) <= tokens) { continue; }
            batches.Add([.. order[start..i].Select(p => sorted[p])]);
            start = i;
        }
        return batches;
    }
}
