using SuperMoe.ML.Benchmarks.MultiTask;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>The users whose label is known: samples of a seed contain each other, and have both genders.</summary>
internal static class LabelSample
{
    /// <summary>So many users as the share says, two at least.</summary>
    /// <param name="users">The training users.</param>
    /// <param name="share">Above 0, at most 1.</param>
    /// <param name="seed">Decides who they are.</param>
    public static IReadOnlyList<MovieUser> Of(IReadOnlyList<MovieUser> users, double share, int seed)
    {
        MovieUser[] order = [.. users];
        new Random(seed).Shuffle(order);
        var both = order.GroupBy(u => u.IsMale).Select(g => g.First()).ToHashSet();
        return [.. order.OrderByDescending(both.Contains).Take(Math.Max(2, (int)Math.Round(share * users.Count)))];
    }
}
