namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>
/// The training examples of the task Like. A row has one label and a user one full row, which would make a label a user: too few. So each
/// user gets further examples, spread evenly over the history: the events up to one event, and that event's rating as the label.
/// Only events before the validation and the test target become candidates. The price: the events of these rows are next-item targets again.
/// </summary>
internal static class LikeExamples
{
    /// <summary>The places in the user's events of the candidates: from 1, so that there is a history.</summary>
    /// <param name="user">The user.</param>
    /// <param name="count">The most candidates.</param>
    public static int[] Of(MovieUser user, int count)
    {
        var possible = user.Events.Count - 3; // places 1 to count - 3
        if (possible < 1) { return []; }
        var taken = Math.Min(count, possible);
        return [.. Enumerable.Range(1, taken).Select(k => (int)((long)possible * k / taken))];
    }
}
