using Quickstart.Labels;

namespace Quickstart.Baselines;

/// <summary>Ranks the item that followed among all items that the user does not have yet; ties count against the method.</summary>
internal static class NextItemJudge
{
    public const int Top = 10;

    public static IReadOnlyList<Figure> Judge(Histories histories, INextItemBaseline baseline)
    {
        var ranks = histories.Items.Zip(histories.Next, (history, next) => Rank(baseline.Score(history), history, next)).ToList();
        return Figures(
            ranks.Average(rank => rank < Top ? 1.0 : 0.0),
            ranks.Average(rank => rank < Top ? 1.0 / Math.Log2(rank + 2) : 0.0));
    }

    public static IReadOnlyList<Figure> Figures(double hitRate, double ndcg) => [new($"hits in {Top}", hitRate), new($"NDCG@{Top}", ndcg)];

    /// <summary>The number of items that come before <paramref name="next"/>.</summary>
    private static int Rank(double[] scores, int[] history, int next)
    {
        if (next < 0)
        {
            return int.MaxValue;
        }

        var owned = history.ToHashSet();
        var rank = 0;
        for (var item = 0; item < scores.Length; item++)
        {
            if (item != next && scores[item] >= scores[next] && !owned.Contains(item))
            {
                rank++;
            }
        }

        return rank;
    }
}
