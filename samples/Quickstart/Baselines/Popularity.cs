namespace Quickstart.Baselines;

/// <summary>To everyone, what most users have.</summary>
internal sealed class Popularity : INextItemBaseline
{
    private readonly double[] _counts;

    public Popularity(Histories histories)
    {
        _counts = new double[histories.KnownItems];
        foreach (var item in histories.Items.SelectMany(items => items))
        {
            _counts[item]++;
        }
    }

    public double[] Score(int[] history) => _counts;
}
