using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>What a model says of a user's gender.</summary>
internal sealed class GenderScore
{
    [ColumnName("Gender.Score")]
    public float Gender { get; set; }
}
