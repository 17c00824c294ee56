using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.Latency;

/// <summary>What is read of a scored user.</summary>
internal sealed class LatencyPrediction
{
    public VBuffer<float> Embedding;

    [ColumnName("NextItem.PredictedLabel")]
    public VBuffer<uint> Items;
}
