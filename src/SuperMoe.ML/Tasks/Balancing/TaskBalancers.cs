namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>Makes the balancer of a strategy.</summary>
internal static class TaskBalancers
{
    /// <summary>A balancer of <paramref name="heads"/>. One task alone has nothing to be balanced against: it keeps its own weight whatever the strategy.</summary>
    public static ITaskBalancer Of(TaskBalancing strategy, IReadOnlyList<TaskHead> heads, int seed)
    {
        double[] weights = [.. heads.Select(h => h.Weight)];
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
