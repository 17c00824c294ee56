namespace Quickstart.Baselines;

/// <summary>A way to rank all items by counting.</summary>
internal interface INextItemBaseline
{
    /// <summary>A score for each item, for who has <paramref name="history"/> behind them.</summary>
    double[] Score(int[] history);
}
