using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>What ML.NET asks of the cursors of every view.</summary>
public sealed class CursorContractTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    private const double Tolerance = 1e-4; // sizes of batches decide the order of sums

    private static readonly string[] s_outputs =
    [
        "Embedding", "NextItem.Score", "NextItem.PredictedLabel", "Gender.Score", "Gender.PredictedLabel", "Age.Score",
        "Churned.Score", "Churned.Probability", "Churned.PredictedLabel", "Liked.Score", "Liked.Probability", "Liked.PredictedLabel",
    ];

    private readonly MLContext _ml = fitted.ML;
    private readonly IDataView _scored = fitted.Model.Transform(fitted.Test);

    private DataViewSchema.Column[] All => Views.Visible(_scored.Schema);

    [Fact]
    public void Outputs_are_those_of_the_tasks() =>
        Assert.Equal(s_outputs, _scored.Schema.Select(c => c.Name).Except(fitted.Test.Schema.Select(c => c.Name)));

    [Fact]
    public void Every_column_alone_has_the_values_it_has_among_all()
    {
        var all = Views.Read(_scored, All);
        for (var c = 0; c < All.Length; c++)
        {
            Views.AssertSameRows([.. all.Select(row => new[] { row[c] })], Views.Read(_scored, All[c]), Tolerance);
        }
    }

    [Fact]
    public void Any_subset_of_columns_has_the_values_they_have_among_all()
    {
        var all = Views.Read(_scored, All);
        var random = new Random(3);
        for (var trial = 0; trial < 15; trial++)
        {
            var chosen = Enumerable.Range(0, All.Length).Where(_ => random.Next(3) == 0).ToArray();
            Views.AssertSameRows([.. all.Select(row => chosen.Select(c => row[c]).ToArray())], Views.Read(_scored, [.. chosen.Select(c => All[c])]), Tolerance);
        }
    }

    [Fact]
    public void Several_cursors_at_once_do_not_disturb_one_another()
    {
        var expected = Views.Read(_scored, All);
        var cursors = Enumerable.Range(0, 4).Select(_ => _scored.GetRowCursor(All)).ToArray();
        var readers = cursors.Select(cursor => All.Select(c => Views.Reader(cursor, c)).ToArray()).ToArray();
        var rows = cursors.Select(_ => new List<object[]>()).ToArray();
        var random = new Random(1);
        while (rows.Any(r => r.Count < expected.Count))
        {
            var c = random.Next(cursors.Length);
            if (cursors[c].MoveNext()) { rows[c].Add([.. readers[c].Select(r => r())]); }
        }
        foreach (var cursor in cursors) { cursor.Dispose(); }
        Assert.All(rows, r => Views.AssertSameRows(expected, r));
    }

    [Fact]
    public void Shuffled_cursor_gives_the_same_rows_in_another_order()
    {
        Assert.False(_scored.CanShuffle);
        var scored = fitted.Model.Transform(_ml.Data.Cache(fitted.Test));
        Assert.True(scored.CanShuffle);
        var columns = new[] { scored.Schema["UserId"], scored.Schema["Embedding"], scored.Schema["Gender.Score"] };
        using var cursor = scored.GetRowCursor(columns, new Random(5));
        var shuffled = Views.Read(cursor, columns);
        var straight = Views.Read(scored, columns);
        Assert.NotEqual(straight.Select(r => r[0]), shuffled.Select(r => r[0]));
        Views.AssertSameRows([.. straight.OrderBy(r => (string)r[0], StringComparer.Ordinal)], [.. shuffled.OrderBy(r => (string)r[0], StringComparer.Ordinal)], Tolerance);
    }

    [Fact]
    public void Cursor_set_gives_every_row_once()
    {
        foreach (var columns in new[] { All, [_scored.Schema["UserId"]] })
        {
            var rows = new List<object[]>();
            foreach (var cursor in _scored.GetRowCursorSet(columns, 4))
            {
                using (cursor) { rows.AddRange(Views.Read(cursor, columns)); }
            }
            object[][] Ordered(IEnumerable<object[]> r) => [.. r.OrderBy(row => (string)row[0], StringComparer.Ordinal)];
            Views.AssertSameRows(Ordered(Views.Read(_scored, columns)), Ordered(rows), Tolerance);
        }
    }

    [Fact]
    public void Downstream_parallel_transform_sees_every_row_in_order()
    {
        var downstream = _ml.Transforms.Concatenate("Features", "Embedding", "Age.Score")
            .Append(_ml.Transforms.NormalizeMinMax("Features"))
            .Append(_ml.Transforms.CustomMapping<Scored, Doubled>((row, twice) => twice.Twice = row.Age * 2, contractName: null, inputSchemaDefinition: null, outputSchemaDefinition: null));
        var view = downstream.Fit(_scored).Transform(_scored);
        var columns = new[] { view.Schema["UserId"], view.Schema["Age.Score"], view.Schema["Features"] };
        var read = Views.Read(view, columns);
        Views.AssertSameRows(Views.Read(_scored, _scored.Schema["UserId"], _scored.Schema["Age.Score"]), [.. read.Select(r => r[..2])], Tolerance);
    }

    [Fact]
    public void Cached_and_trained_on_downstream_works()
    {
        var trainer = _ml.BinaryClassification.Trainers.SdcaLogisticRegression("Churned", "Embedding");
        var model = trainer.Fit(_ml.Data.Cache(fitted.Model.Transform(fitted.Train)));
        var unseen = model.Transform(_ml.Data.Cache(_scored));
        Assert.InRange(_ml.BinaryClassification.Evaluate(unseen, "Churned").AreaUnderRocCurve, 0.9, 1);
    }

    [Fact]
    public void Empty_view_stays_empty()
    {
        var empty = fitted.Model.Transform(SampleUsers.KeyedView(_ml, 0));
        Assert.Empty(Views.Read(empty, Views.Visible(empty.Schema)));
    }

    [Fact]
    public void Early_disposed_cursor_leaves_the_model_usable()
    {
        for (var rows = 0; rows < 9; rows++)
        {
            using var cursor = _scored.GetRowCursor(All);
            for (var i = 0; i < rows; i++) { Assert.True(cursor.MoveNext()); }
        }
        Assert.Equal(23, Views.Read(_scored, All).Count);
    }

    [Fact]
    public async Task Several_threads_transform_at_once()
    {
        var expected = Views.Read(_scored, All);
        var tasks = Enumerable.Range(0, 6).Select(_ => Task.Run(() => Views.Read(fitted.Model.Transform(fitted.Test), All)));
        foreach (var rows in await Task.WhenAll(tasks)) { Views.AssertSameRows(expected, rows); }
    }

    [Fact]
    public void Batch_size_does_not_matter()
    {
        var options = SampleUsers.Options();
        options.Training.Seed = 4;
        using var small = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        options.ScoringBatchSize = 256;
        using var large = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        Views.AssertSameRows(Views.Read(small.Transform(fitted.Test), All), Views.Read(large.Transform(fitted.Test), All), Tolerance);
    }

    [Fact]
    public void Users_without_events_are_scored()
    {
        var rows = SampleUsers.Rows(3).ToList();
        (rows[1].Item, rows[1].Action, rows[1].Amount, rows[1].Time) = ([], [], [], []);
        var input = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
        foreach (var row in Views.Read(fitted.Model.Transform(input), [.. s_outputs.Where(o => !o.StartsWith("NextItem", StringComparison.Ordinal)).Select(o => _scored.Schema[o])]))
        {
            Assert.All(row.SelectMany(v => v as object[] ?? [v]).OfType<float>(), f => Assert.True(float.IsFinite(f)));
        }
    }

    private sealed class Scored
    {
        [ColumnName("Age.Score")]
        public float Age { get; set; }
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }
}
