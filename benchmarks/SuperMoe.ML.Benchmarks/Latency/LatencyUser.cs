namespace SuperMoe.ML.Benchmarks.Latency;

/// <summary>A user to score.</summary>
internal sealed class LatencyUser
{
    public uint[] Item { get; set; } = [];
}
