namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>The tasks' own weights.</summary>
internal sealed class FixedWeights(double[] weights) : ITaskBalancer
{
    public double[] Ahead => weights;

    public TaskScales Weigh(TaskSignals signals) => TaskScales.Of(weights);

    public void EndEpoch(IReadOnlyList<double> losses)
    {
    }
}
