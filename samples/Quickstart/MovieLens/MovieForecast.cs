using Microsoft.ML.Data;

namespace Quickstart.MovieLens;

/// <summary>What the model foretells of one <see cref="MovieVisitor"/>.</summary>
internal sealed class MovieForecast
{
    [ColumnName("NextItem.Names")]
    public string[] NextItems { get; set; } = [];

    [ColumnName("NextItem.Score")]
    public float[] NextItemScores { get; set; } = [];

    [ColumnName("Gender.Name")]
    public string Gender { get; set; } = "";

    [ColumnName("AgeBand.Name")]
    public string AgeBand { get; set; } = "";

    [ColumnName("Occupation.Name")]
    public string Occupation { get; set; } = "";

    public float[] Embedding { get; set; } = [];
}
