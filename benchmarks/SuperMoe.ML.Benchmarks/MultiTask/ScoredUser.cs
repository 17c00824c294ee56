using Microsoft.ML.Data;

namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>What a trained pipeline says of a user.</summary>
internal sealed class ScoredUser
{
    public int UserId { get; set; }

    [ColumnName("Like.Score")]
    public float Like { get; set; }

    [ColumnName("Gender.Score")]
    public float Gender { get; set; }

    [ColumnName("AgeBand.Score")]
    public float[] AgeBand { get; set; } = [];

    [ColumnName("Occupation.Score")]
    public float[] Occupation { get; set; } = [];
}
