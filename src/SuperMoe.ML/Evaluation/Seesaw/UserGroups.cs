namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>
/// Groups of the users that models are judged on, for the jackknife: a metric is taken once more without each group. Users are dealt out by their
/// places, so that groups are of like size and the same for every model and task.
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
        var groups = Count(users);
        return [.. Enumerable.Range(0, groups).Select(g => measure([.. Enumerable.Range(0, places.Count).Where(i => places[i] % groups != g)]))];
    }
}
