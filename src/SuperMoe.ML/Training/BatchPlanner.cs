namespace SuperMoe.ML.Training;

/// <summary>Groups users into batches of like length, at most so many tokens each when padded to the longest.</summary>
internal static class BatchPlanner
{
    /// <summary>The padding that a batch may have once it is large enough: attention by libtorch's operators computes it for nothing.</summary>
    private const double MaxPadding = 0.05;

    /// <summary>By how much of a user's length the order by length is loosened, so that other users of about that length meet in another epoch.</summary>
    private const double Jitter = 0.03;

    /// <param name="users">Users in any order, which decides among equal lengths, and a little among like ones.</param>
    /// <param name="length">How many events a user's input has.</param>
    /// <param name="tokens">The most events of a batch, padding included. A longer user is a batch of its own.</param>
    /// <returns>The batches, about shortest users first.</returns>
    public static List<int[]> Plan(IReadOnlyCollection<int> users, Func<int, int> length, int tokens)
    {
        int[] sorted = [.. users];
        var keys = new double[sorted.Length];
        for (var i = 0; i < keys.Length; i++) { keys[i] = length(sorted[i]) * (1 + (Jitter * ((2.0 * i / keys.Length) - 1))); }
        // Users of one length keep their order, since their keys rise with the place; those of length 0 have one key.
        int[] order = [.. Enumerable.Range(0, keys.Length).OrderBy(i => keys[i])];
        sorted = [.. order.Select(i => sorted[i])];
        int[] lengths = [.. sorted.Select(length)];
        var batches = new List<int[]>();
        for (var start = 0; start < sorted.Length;)
        {
            var end = End(lengths, start, tokens, tokens / 2);
            batches.Add(sorted[start..end]);
            start = end;
        }
        return batches;
    }

    /// <summary>Where the batch ends that begins at <paramref name="start"/>: before the next user would exceed the tokens, or bring a batch that is large enough too much padding.</summary>
    /// <param name="lengths">Lengths, about rising.</param>
    /// <param name="start">The first user.</param>
    /// <param name="tokens">The most places of the batch.</param>
    /// <param name="enough">The places from which on a batch is large enough to end.</param>
    public static int End(ReadOnlySpan<int> lengths, int start, int tokens, int enough)
    {
        var longest = Math.Max(1, lengths[start]);
        long events = lengths[start];
        var end = start + 1;
        for (; end < lengths.Length; end++)
        {
            var longer = Math.Max(longest, lengths[end]);
            var places = (long)(end - start + 1) * longer;
            if (places > tokens) { break; }
            var padding = 1 - ((double)(events + lengths[end]) / places);
            if (padding > MaxPadding && (long)(end - start) * longest >= enough) { break; }
            longest = longer;
            events += lengths[end];
        }
        return end;
    }
}
