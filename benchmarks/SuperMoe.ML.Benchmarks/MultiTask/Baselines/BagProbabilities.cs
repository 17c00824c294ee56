namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>A prediction of a trainer for several classes.</summary>
internal sealed class BagProbabilities
{
    public float[] Score { get; set; } = [];
}
