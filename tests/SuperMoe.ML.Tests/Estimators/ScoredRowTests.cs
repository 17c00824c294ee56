using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Contracts;

namespace SuperMoe.ML.Tests.Estimators;

/// <summary>What single rows ask of a model whose calls are counted.</summary>
public sealed class ScoredRowTests
{
    private readonly MLContext _ml = new(1);
    private readonly FakeEngine _engine = new();

    [Fact]
    public void Row_of_all_columns_is_scored_for_those_with_a_getter()
    {
        using var cursor = Rows(out var row, out var scored);
        using (row)
        {
            var probability = row.GetGetter<float>(row.Schema["Churned.Probability"]);
            var decision = row.GetGetter<bool>(row.Schema["Churned.PredictedLabel"]);
            var user = row.GetGetter<ReadOnlyMemory<char>>(row.Schema["UserId"]);
            var expected = Views.Read(scored, scored.Schema["Churned.Probability"], scored.Schema["Churned.PredictedLabel"]);
            _engine.Scorer.Calls.Clear();
            foreach (var values in expected)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(values, [Value(probability), Value(decision)]);
                Assert.NotEqual(0, Value(user).Length);
            }
            Assert.Equal(expected.Count, _engine.Scorer.Calls.Count);
            Assert.All(_engine.Scorer.Calls, c => AssertAsks(c.Request, embedding: false, 3));
        }
    }

    [Fact]
    public void Row_scored_without_a_column_is_scored_again_for_a_later_getter_of_it()
    {
        using var cursor = Rows(out var row, out var scored);
        using (row)
        {
            var names = new[] { "Churned.Score", "Liked.Score" };
            var expected = Views.Read(scored, [.. names.Select(n => scored.Schema[n])]);
            _engine.Scorer.Calls.Clear();
            Assert.True(cursor.MoveNext());
            var churned = row.GetGetter<float>(row.Schema["Churned.Score"]);
            Assert.Equal(expected[0][0], Value(churned));
            var liked = row.GetGetter<float>(row.Schema["Liked.Score"]); // of a candidate, which nothing read before
            Assert.Equal(expected[0], [Value(churned), Value(liked)]);
            row.GetGetter<float>(row.Schema["Liked.Probability"]);
            Assert.Equal(expected[0], [Value(churned), Value(liked)]);
            Assert.True(cursor.MoveNext());
            Assert.Equal(expected[1], [Value(churned), Value(liked)]);

            Assert.Equal(3, _engine.Scorer.Calls.Count);
            AssertAsks(_engine.Scorer.Calls.First().Request, embedding: false, 3);
            Assert.All(_engine.Scorer.Calls.Skip(1), c => AssertAsks(c.Request, embedding: false, 3, 4));
        }
    }

    [Fact]
    public void PredictionEngine_asks_for_the_members_of_its_output_only()
    {
        var raw = SampleUsers.View(_ml, 30);
        using var chain = SampleUsers.Keys(_ml).Append(new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine)).Fit(raw);
        using var engine = _ml.Model.CreatePredictionEngine<UserRow, Prediction>(chain);
        foreach (var user in SampleUsers.Rows(3)) { engine.Predict(user); }
        Assert.Equal(3, _engine.Scorer.Calls.Count);
        Assert.All(_engine.Scorer.Calls, c => AssertAsks(c.Request, embedding: true, 2));
    }

    private static void AssertAsks(SuperMoe.ML.Estimators.ScoreRequest request, bool embedding, params int[] tasks)
    {
        Assert.Equal(embedding, request.Embedding);
        Assert.Equal(tasks, Enumerable.Range(0, request.Tasks.Count).Where(t => request.Tasks[t]));
    }

    private static T Value<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }

    /// <summary>A row with all columns active, over a cursor that moves it, and the same rows in batches.</summary>
    private DataViewRowCursor Rows(out DataViewRow row, out IDataView scored)
    {
        var input = SampleUsers.KeyedView(_ml, 10);
        var model = new SuperMoeEstimator(_ml.Environment(), SampleUsers.Options(), _engine).Fit(input);
        scored = model.Transform(input);
        var mapper = model.GetRowToRowMapper(input.Schema);
        var cursor = input.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        row = mapper.GetRow(cursor, mapper.OutputSchema);
        return cursor;
    }

    private sealed class Prediction
    {
        public float[] Embedding { get; set; } = [];

        [ColumnName("Age.Score")]
        public float Age { get; set; }
    }
}
