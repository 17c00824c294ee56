using Microsoft.ML;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>What ML.NET's own TestEstimatorCore asks of every estimator.</summary>
public sealed class EstimatorContractTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    private readonly MLContext _ml = fitted.ML;

    [Fact]
    public void Schema_promised_is_the_schema_delivered()
    {
        var promised = fitted.Estimator.GetOutputSchema(MLNetSchema.Shape(fitted.Train.Schema));
        AssertSameShapes(promised, MLNetSchema.Shape(fitted.Model.GetOutputSchema(fitted.Train.Schema)));
    }

    [Fact]
    public void Schema_promised_without_key_values_is_the_schema_delivered()
    {
        var hashed = _ml.Transforms.Conversion.Hash("Item", numberOfBits: 6).Append(_ml.Transforms.Conversion.Hash("Gender", numberOfBits: 2));
        var view = SampleUsers.View(_ml, 40);
        var train = hashed.Fit(view).Transform(view);
        var options = SampleUsers.Options();
        (options.SequenceColumns, options.Tasks) = ([], [new NextItemTask(), new MulticlassTask("Gender")]);
        var estimator = _ml.Transforms.SuperMoe(options);
        var promised = estimator.GetOutputSchema(MLNetSchema.Shape(train.Schema));
        using var model = estimator.Fit(train);
        AssertSameShapes(promised, MLNetSchema.Shape(model.Transform(train).Schema));
    }

    [Fact]
    public void Schema_of_the_view_is_that_of_GetOutputSchema() =>
        Views.AssertSameSchemas(fitted.Model.GetOutputSchema(fitted.Train.Schema), fitted.Model.Transform(fitted.Train).Schema);

    [Fact]
    public void Saved_and_loaded_model_has_the_same_schema_and_values()
    {
        var loaded = Reload(fitted.Model, fitted.Train.Schema, out var inputSchema);
        Views.AssertSameSchemas(fitted.Train.Schema, inputSchema);
        Views.AssertSameSchemas(fitted.Model.GetOutputSchema(fitted.Test.Schema), loaded.GetOutputSchema(fitted.Test.Schema));
        AssertSameValues(fitted.Model.Transform(fitted.Test), loaded.Transform(fitted.Test));
        var (before, after) = (fitted.Model.Report!, loaded.FindSuperMoe()!.Report!);
        Assert.Equal(before.BestEpoch, after.BestEpoch);
        Assert.Equal(before.Epochs.Select(e => e.Loss), after.Epochs.Select(e => e.Loss));
        (loaded as IDisposable)?.Dispose();
    }

    [Fact]
    public void Saved_and_loaded_chain_with_other_transformers_has_the_same_values()
    {
        var raw = SampleUsers.View(_ml, 50);
        var chain = SampleUsers.Keys(_ml).Append(_ml.Transforms.SuperMoe(SampleUsers.Options()))
            .Append(_ml.Transforms.Concatenate("Features", "Embedding", "Age.Score"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Gender.PredictedLabel")).Fit(raw);
        var loaded = Reload(chain, raw.Schema, out _);
        Views.AssertSameSchemas(chain.GetOutputSchema(raw.Schema), loaded.GetOutputSchema(raw.Schema));
        AssertSameValues(chain.Transform(raw), loaded.Transform(raw));
        Assert.NotNull(loaded.FindSuperMoe());
    }

    [Theory]
    [InlineData("Item")]
    [InlineData("Action")]
    [InlineData("Amount")]
    [InlineData("Time")]
    [InlineData("Income")]
    [InlineData("Candidate")]
    public void Input_without_a_needed_column_is_refused_by_name(string column)
    {
        var invalid = _ml.Transforms.DropColumns(column).Fit(fitted.Train).Transform(fitted.Train);
        AssertRefused(invalid, column, transformsToo: true);
    }

    [Theory]
    [InlineData("Gender")]
    [InlineData("Age")]
    [InlineData("Churned")]
    [InlineData("Liked")]
    public void Labels_are_needed_to_train_and_not_to_score(string column)
    {
        var unlabeled = _ml.Transforms.DropColumns(column).Fit(fitted.Train).Transform(fitted.Train);
        AssertRefused(unlabeled, column, transformsToo: false);
        var names = new[] { "Embedding", "Gender.Score", "Gender.PredictedLabel", "Age.Score", "Churned.Probability", "Liked.Score", "NextItem.PredictedLabel" };
        AssertSameValues(fitted.Model.Transform(fitted.Train), fitted.Model.Transform(unlabeled), names);
    }

    [Theory]
    [InlineData("Item", "UserId")]
    [InlineData("Action", "Gender")]
    [InlineData("Amount", "Item2")]
    [InlineData("Time", "Item2")]
    [InlineData("Income", "Amount")]
    [InlineData("Candidate", "UserId")]
    public void Input_with_a_column_of_a_wrong_type_is_refused_by_name(string column, string source)
    {
        var input = SampleUsers.View(_ml, 20);
        var copied = _ml.Transforms.CopyColumns("Item2", "Item").Append(SampleUsers.Keys(_ml)).Append(_ml.Transforms.CopyColumns(column, source));
        AssertRefused(copied.Fit(input).Transform(input), column, transformsToo: true);
    }

    [Theory]
    [InlineData("Gender", "Age")]
    [InlineData("Age", "Gender")]
    [InlineData("Churned", "UserId")]
    public void Label_of_a_wrong_type_is_refused_by_name(string column, string source)
    {
        var copied = _ml.Transforms.CopyColumns(column, source).Fit(fitted.Train).Transform(fitted.Train);
        AssertRefused(copied, column, transformsToo: false);
    }

    [Fact]
    public void Items_with_other_keys_than_in_training_are_refused()
    {
        var view = SampleUsers.View(_ml, 3);
        var other = _ml.Transforms.Conversion.MapValueToKey("Item").Append(_ml.Transforms.Conversion.MapValueToKey("Candidate"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Action"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.Transform(other.Fit(view).Transform(view)));
        Assert.Contains("'Item'", error.Message, StringComparison.Ordinal);
        Assert.Contains("12", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_with_the_same_values_in_another_order_are_refused()
    {
        var view = SampleUsers.View(_ml, 64);
        var names = _ml.Data.LoadFromEnumerable(SampleUsers.Names.Reverse().Select(n => new Named { Name = n }));
        var reversed = _ml.Transforms.Conversion.MapValueToKey([new("Item"), new("Candidate")], keyData: names)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Action"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.Transform(reversed.Fit(view).Transform(view)));
        Assert.Contains("'Item'", error.Message, StringComparison.Ordinal);
        Assert.Contains("in the same order", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Candidates_with_keys_of_other_values_are_refused()
    {
        var view = SampleUsers.View(_ml, 200);
        var apart = _ml.Transforms.Conversion.MapValueToKey("Item").Append(_ml.Transforms.Conversion.MapValueToKey("Candidate"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Action")).Append(_ml.Transforms.Conversion.MapValueToKey("Gender"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Estimator.Fit(apart.Fit(view).Transform(view)));
        Assert.Contains("'Candidate'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Item'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_training_data_is_refused() =>
        Assert.Contains("no rows", Assert.Throws<InvalidOperationException>(() => fitted.Estimator.Fit(SampleUsers.KeyedView(_ml, 0))).Message, StringComparison.Ordinal);

    [Fact]
    public void Task_without_any_label_is_refused_by_name()
    {
        var rows = SampleUsers.Rows(10).ToList();
        rows.ForEach(r => r.Age = float.NaN);
        var train = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.Contains("'Age'", Assert.Throws<InvalidOperationException>(() => fitted.Estimator.Fit(train)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_with_mistakes_are_refused_with_all_of_them()
    {
        var options = SampleUsers.Options();
        options.Model.Heads = 5;
        options.Training.Epochs = 0;
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.SuperMoe(options));
        Assert.Contains("Model.HiddenSize is 32", error.Message, StringComparison.Ordinal);
        Assert.Contains("Training.Epochs is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_changed_after_the_estimator_was_made_change_nothing()
    {
        var options = SampleUsers.Options();
        var estimator = _ml.Transforms.SuperMoe(options);
        options.Tasks.Clear();
        options.ItemColumn = "None";
        AssertSameShapes(fitted.Estimator.GetOutputSchema(MLNetSchema.Shape(fitted.Train.Schema)), estimator.GetOutputSchema(MLNetSchema.Shape(fitted.Train.Schema)));
    }

    private static void AssertSameShapes(SchemaShape expected, SchemaShape actual)
    {
        Assert.Equal(expected.Select(c => c.Name).Order(StringComparer.Ordinal), actual.Select(c => c.Name).Order(StringComparer.Ordinal));
        foreach (var column in expected) { AssertSameShape(column, actual.Single(c => c.Name == column.Name)); }
    }

    private static void AssertSameShape(SchemaShape.Column expected, SchemaShape.Column actual)
    {
        Assert.Equal((expected.Name, expected.Kind, expected.ItemType, expected.IsKey), (actual.Name, actual.Kind, actual.ItemType, actual.IsKey));
        AssertSameShapes(expected.Annotations, actual.Annotations);
    }

    private static void AssertSameValues(IDataView expected, IDataView actual, params string[] names)
    {
        DataViewSchema.Column[] Columns(IDataView view) => names.Length == 0 ? Views.Visible(view.Schema) : [.. names.Select(n => view.Schema[n])];
        Views.AssertSameRows(Views.Read(expected, Columns(expected)), Views.Read(actual, Columns(actual)));
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema, out DataViewSchema inputSchema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext(7).Model.Load(stream, out inputSchema);
    }

    private void AssertRefused(IDataView input, string column, bool transformsToo)
    {
        var errors = new List<Exception>
        {
            Assert.ThrowsAny<ArgumentOutOfRangeException>(() => fitted.Estimator.GetOutputSchema(MLNetSchema.Shape(input.Schema))),
            Assert.ThrowsAny<ArgumentOutOfRangeException>(() => fitted.Estimator.Fit(input)),
        };
        if (transformsToo)
        {
            errors.Add(Assert.ThrowsAny<ArgumentOutOfRangeException>(() => fitted.Model.GetOutputSchema(input.Schema)));
            errors.Add(Assert.ThrowsAny<ArgumentOutOfRangeException>(() => fitted.Model.Transform(input)));
            errors.Add(Assert.ThrowsAny<ArgumentOutOfRangeException>(() => fitted.Model.GetRowToRowMapper(input.Schema)));
        }
        Assert.All(errors, e => Assert.Contains($"'{column}'", e.Message, StringComparison.Ordinal));
    }

    private sealed class Named
    {
        public string Name { get; set; } = "";
    }
}
