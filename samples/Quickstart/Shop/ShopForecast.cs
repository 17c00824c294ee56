using Microsoft.ML.Data;

namespace Quickstart.Shop;

/// <summary>What the model foretells of one <see cref="ShopVisitor"/>.</summary>
internal sealed class ShopForecast
{
    [ColumnName("NextItem.Names")]
    public string[] NextItems { get; set; } = [];

    [ColumnName("NextItem.Score")]
    public float[] NextItemScores { get; set; } = [];

    [ColumnName("Gender.Name")]
    public string Gender { get; set; } = "";

    [ColumnName("Age.Score")]
    public float Age { get; set; }

    [ColumnName("Churned.Probability")]
    public float Churn { get; set; }

    public float[] Embedding { get; set; } = [];
}
