namespace Quickstart.Baselines;

/// <summary>What most often followed the last item directly; among equals, the more popular.</summary>
internal sealed class Transitions(Histories histories) : INextItemBaseline
{
    private readonly Popularity _popularity = new(histories);
    private readonly ILookup<int, int> _followers = histories.Items
        .SelectMany(items => items.Zip(items.Skip(1)))
        .ToLookup(pair => pair.First, pair => pair.Second);

    public double[] Score(int[] history)
    {
        // Popularity stays below 1, so that it only decides among equal counts.
        var counts = _popularity.Score(history);
        var below = counts.Max() + 1;
        var scores = Array.ConvertAll(counts, count => count / below);
        if (history.Length > 0)
        {
            foreach (var item in _followers[history[^1]])
            {
                scores[item]++;
            }
        }

        return scores;
    }
}
