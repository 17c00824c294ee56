namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>A prediction of a trainer for two classes.</summary>
internal sealed class BagProbability
{
    public float Probability { get; set; }
}
