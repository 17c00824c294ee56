namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>
/// Groups of the users that models are judged on, for the jackknife: a metric is taken once more without each group. A row is taken for a user. Users are dealt
/// out by chance, the same for every model and task, so that groups are of like size, whatever the order of the rows.
/// </summary>
internal static class UserGroups
{
    /// <summary>The most groups: an interval's width is then known to about a tenth.</summary>
    public const int Most = 50;

    /// <summary>How many groups so many users make: none of a single user, without whom there is nobody.</summary>
    public static int Count(int users) => users > 1 ? Math.Min(users, Most) : 0;

    /// <summary>Something measured without each group.</summary>
    /// <param name="users">The number of users.</param>
    /// <param name="places">The users' places that are measured, each below <paramref name="users"/>; a user may be there more than once, or not at all.</param>
    /// <param name="measure">Measures some of <paramref name="places"/>, which it gets by their indices there.</param>
    /// <returns>A value a group.</returns>
    public static T[] Without<T>(int users, IReadOnlyList<int> places, Func<int[], T> measure)
    {
        var groups = Of(users);
        return [.. Enumerable.Range(0, Count(users)).Select(g => measure([.. Enumerable.Range(0, places.Count).Where(i => groups[places[i]] != g)]))];
    }

    // Each user's group.
    private static int[] Of(int users)
    {
        int[] order = [.. Enumerable.Range(0, users)];
        new Random(1).Shuffle(order);
        var groups = new int[users];
        for (var i = 0; i < users; i++) { groups[order[i]] = i % Math.Max(1, Count(users)); }
        return groups;
    }
}
