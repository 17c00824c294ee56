using SuperMoe.ML.Benchmarks.Sequence;
using SuperMoe.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask.Beauty;

/// <summary>
/// Where a user's history is cut into what is known and what is asked: anywhere with at least two items before and three after. The place depends on the user alone, not
/// on a seed, so that every run is asked the same.
/// </summary>
internal static class BeautyCuts
{
    /// <summary>The fewest items before a cut.</summary>
    public const int Before = 2;

    /// <summary>The fewest items after a cut.</summary>
    public const int After = 3;

    private const int Seed = 1;
    private const ulong Kind = 100;

    /// <summary>At most <paramref name="count"/> different cuts of a user, each the number of items before it; the first is the one that the user is judged at.</summary>
    public static int[] Of(SequenceUser user, int count)
    {
        var possible = user.Items.Length - After - Before + 1;
        if (possible < 1) { return []; }
        var random = ShopRandom.Stream(Seed, Kind, user.Id);
        int[] cuts = [.. Enumerable.Range(Before, possible)];
        for (var i = 0; i < Math.Min(count, possible); i++)
        {
            var other = i + random.Below(possible - i);
            (cuts[i], cuts[other]) = (cuts[other], cuts[i]);
        }
        return cuts[..Math.Min(count, possible)];
    }
}
