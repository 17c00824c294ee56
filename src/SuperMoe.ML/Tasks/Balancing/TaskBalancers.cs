namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>Makes the balancer of a strategy.</summary>
internal static class TaskBalancers
{
    /// <summary>A balancer of <paramref name="heads"/>. One task alone has nothing to be balanced against: it keeps its own weight whatever the strategy.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="heads">The tasks.</param>
    /// <param name="seed">Of a strategy that draws.</param>
    /// <param name="shares">Factors of the tasks' weights; none are 1.</param>
    public static ITaskBalancer Of(TaskBalancing strategy, IReadOnlyList<TaskHead> heads, int seed, IReadOnlyList<double>? shares = null)
    {
        double[] weights = [.. heads.Select((h, t) => h.Weight * (shares?[t] ?? 1))];
        return strategy switch
        {
            TaskBalancing.Fixed => new FixedWeights(weights),
            _ when weights.Length == 1 && Enum.IsDefined(strategy) => new FixedWeights(weights),
            TaskBalancing.Uncertainty => new UncertaintyWeights(
                weights, [.. heads.Select(h => h is RegressionHead)], heads.ToList().FindIndex(h => h is NextItemHead)),
            TaskBalancing.DynamicWeightAverage => new DynamicWeightAverage(weights),
            TaskBalancing.GradNorm => new GradNorm(weights),
            TaskBalancing.PCGrad => new PCGrad(weights, seed),
            TaskBalancing.DualBalancing => new DualBalancing(weights),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, $"Allowed are {string.Join(", ", Enum.GetNames<TaskBalancing>())}."),
        };
    }
}
