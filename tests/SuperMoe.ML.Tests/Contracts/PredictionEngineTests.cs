using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>Single rows are scored as they are in views.</summary>
public sealed class PredictionEngineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Predict_agrees_with_Transform()
    {
        var raw = SampleUsers.View(_ml, 60);
        using var chain = SampleUsers.Keys(_ml).Append(_ml.Transforms.SuperMoe(SampleUsers.Options()))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Gender.PredictedLabel"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("NextItem.PredictedLabel")).Fit(raw);
        var rows = SampleUsers.Rows(20, seed: 11);
        var expected = _ml.Data.CreateEnumerable<Prediction>(chain.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false).ToList();
        using var engine = _ml.Model.CreatePredictionEngine<UserRow, Prediction>(chain);
        for (var r = 0; r < rows.Count; r++)
        {
            AssertSame(expected[r], engine.Predict(rows[r]));
            AssertSame(expected[r], engine.Predict(rows[r]));
        }
    }

    [Fact]
    public void Predict_after_a_bad_row_scores_the_next_one()
    {
        var raw = SampleUsers.View(_ml, 60);
        using var chain = SampleUsers.Keys(_ml).Append(_ml.Transforms.SuperMoe(SampleUsers.Options())).Append(_ml.Transforms.Conversion.MapKeyToValue("Gender.PredictedLabel"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("NextItem.PredictedLabel")).Fit(raw);
        using var engine = _ml.Model.CreatePredictionEngine<UserRow, Prediction>(chain);
        var good = SampleUsers.Rows(1)[0];
        var expected = engine.Predict(good);
        var bad = new UserRow { Item = ["item1", "item2"], Action = ["buy", "buy"], Amount = [1, 1], Time = [9, 1] };
        Assert.Throws<InvalidOperationException>(() => engine.Predict(bad));
        AssertSame(expected, engine.Predict(good));
    }

    [Fact]
    public void Dependencies_are_those_of_the_active_columns()
    {
        using var fitted = new FittedModel();
        var mapper = fitted.Model.GetRowToRowMapper(fitted.Train.Schema);
        Assert.Same(fitted.Train.Schema, mapper.InputSchema);
        string[] Needed(params string[] columns) => [.. mapper.GetDependencies(columns.Select(c => mapper.OutputSchema[c])).Select(c => c.Name).Order(StringComparer.Ordinal)];

        Assert.Equal(["UserId"], Needed("UserId"));
        Assert.Equal(["Action", "Amount", "Income", "Item", "Time"], Needed("Embedding"));
        Assert.Equal(["Action", "Amount", "Candidate", "Income", "Item", "Time"], Needed("Liked.Score"));
        Assert.Empty(Needed());
    }

    private static void AssertSame(Prediction expected, Prediction actual)
    {
        Assert.Equal(expected.Gender, actual.Gender);
        Assert.Equal(expected.Churned, actual.Churned);
        Assert.Equal(expected.Items, actual.Items);
        Assert.Equal(expected.Age, actual.Age, 1e-3);
        Assert.Equal(expected.Probability, actual.Probability, 1e-4);
        foreach (var (a, b) in expected.Embedding.Zip(actual.Embedding)) { Assert.Equal(a, b, 1e-4); }
        foreach (var (a, b) in expected.Genders.Zip(actual.Genders)) { Assert.Equal(a, b, 1e-4); }
        Assert.Equal(64, actual.Embedding.Length); // twice the hidden size
    }

    private sealed class Prediction
    {
        public float[] Embedding { get; set; } = [];

        [ColumnName("Gender.PredictedLabel")]
        public string Gender { get; set; } = "";

        [ColumnName("Gender.Score")]
        public float[] Genders { get; set; } = [];

        [ColumnName("Churned.PredictedLabel")]
        public bool Churned { get; set; }

        [ColumnName("Liked.Probability")]
        public float Probability { get; set; }

        [ColumnName("Age.Score")]
        public float Age { get; set; }

        [ColumnName("NextItem.PredictedLabel")]
        public string[] Items { get; set; } = [];
    }
}
