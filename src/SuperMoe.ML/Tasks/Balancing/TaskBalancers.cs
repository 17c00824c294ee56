namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>Makes the balancer of a strategy.</summary>
internal static class TaskBalancers
{
    /// <summary>A balancer of <paramref name="heads"/>.</summary>
    public static ITaskBalancer Of(TaskBalancing strategy, IReadOnlyList<TaskHead> heads, int seed)
    {
        double[] weights = [.. heads.Select(h => h.Weight)];
        return strategy switch
        {
            TaskBalancing.Fixed => new FixedWeights(weights),
            TaskBalancing.Uncertainty => new UncertaintyWeights(weights, [.. heads.Select(h => h is RegressionHead)]),
            TaskBalancing.DynamicWeightAverage => new DynamicWeightAverage(weights),
            TaskBalancing.GradNorm => new GradNorm(weights),
            TaskBalancing.PCGrad => new PCGrad(weights, seed),
            TaskBalancing.LogLoss => new LogLossWeights(weights),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, $"Allowed are {string.Join(", ", Enum.GetNames<TaskBalancing>())}."),
        };
    }
}
