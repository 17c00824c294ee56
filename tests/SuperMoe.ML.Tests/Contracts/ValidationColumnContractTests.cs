using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;
using SuperMoe.ML.Tests.Estimators.Seesaw;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>Rows that tell themselves which of them validate.</summary>
public sealed class ValidationColumnContractTests
{
    private const string Column = "Kept";

    private readonly MLContext _ml = new(1);

    [Fact]
    public void Labels_of_the_rows_that_validate_take_no_part_in_training()
    {
        // Whatever these labels are, weights and so outputs are the same; only what validation says of them differs.
        var (first, firstAge) = Train(age: 20);
        var (second, secondAge) = Train(age: 70);
        Views.AssertSameRows(first, second);
        Assert.NotEqual(firstAge, secondAge);
    }

    [Fact]
    public void Training_needs_the_column_and_scoring_does_not()
    {
        var options = Options();
        var without = SampleUsers.KeyedView(_ml, 40);
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.SuperMoe(options).Fit(without)).Message;
        Assert.Contains("validation", message, StringComparison.Ordinal);
        Assert.Contains($"'{Column}'", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.SuperMoe(options).GetOutputSchema(SuperMoe.ML.Interop.MLNetSchema.Shape(without.Schema)));
        using var model = _ml.Transforms.SuperMoe(options).Fit(View(u => u % 5 == 0));
        Assert.NotEmpty(Views.Read(model.Transform(without), model.GetOutputSchema(without.Schema)["Embedding"]));
    }

    [Fact]
    public void Column_of_another_type_is_refused_by_name()
    {
        var options = Options();
        options.ValidationColumn = "Liked";
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.SuperMoe(options).Fit(SampleUsers.KeyedView(_ml, 40))).Message;
        Assert.Contains("'Liked'", message, StringComparison.Ordinal);
        Assert.Contains("Boolean", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_all_of_one_kind_are_refused(bool kept)
    {
        var message = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.SuperMoe(Options()).Fit(View(_ => kept))).Message;
        Assert.Contains($"'{Column}'", message, StringComparison.Ordinal);
        Assert.Contains(kept.ToString(), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_whose_labels_all_validate_is_refused_by_name()
    {
        var rows = SampleUsers.Rows(40).Select((r, u) => new KeptRow(r, u % 5 == 0) { Age = u % 5 == 0 ? 30 : float.NaN }).ToList();
        var message = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.SuperMoe(Options()).Fit(Keyed(rows))).Message;
        Assert.Contains("'Age'", message, StringComparison.Ordinal);
        Assert.Contains($"'{Column}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_needs_test_data_of_its_own()
    {
        using var rig = new SeesawRig();
        rig.Options.ValidationColumn = Column;
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => rig.Run(View(u => u % 3 == 0), test: null)).Message;
        Assert.Contains($"'{Column}'", message, StringComparison.Ordinal);
        Assert.Contains("testData is required", message, StringComparison.Ordinal);
        Assert.Empty(rig.Engine.Jobs);
    }

    [Fact]
    public void A_comparison_trains_by_the_column_and_judges_without_it()
    {
        using var rig = new SeesawRig();
        rig.Options.ValidationColumn = Column;
        rig.Run(View(u => u % 3 == 0), test: SampleUsers.KeyedView(_ml, 20, seed: 9));
        Assert.NotEmpty(rig.Engine.Jobs);
        Assert.All(rig.Engine.Jobs, job => Assert.Equal(Enumerable.Range(0, 40).Select(u => u % 3 == 0), job.Data.Validation!));
    }

    private static SuperMoeOptions Options()
    {
        var options = SampleUsers.Options();
        options.ValidationColumn = Column;
        return options;
    }

    private IDataView View(Func<int, bool> kept, float? age = null)
    {
        List<KeptRow> rows = [.. SampleUsers.Rows(40).Select((r, u) => new KeptRow(r, kept(u)))];
        foreach (var row in rows.Where(r => r.Kept && age is not null)) { row.Age = age!.Value; }
        return Keyed(rows);
    }

    private IDataView Keyed(List<KeptRow> rows) => SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));

    private (List<object[]> Embeddings, double Age) Train(float age)
    {
        var options = Options();
        options.Training.Epochs = 1;
        options.Training.Seed = 3;
        var users = View(u => u % 5 == 0, age);
        using var model = _ml.Transforms.SuperMoe(options).Fit(users);
        var scored = model.Transform(users);
        return (Views.Read(scored, scored.Schema["Embedding"]), model.Report!.Epochs[0].Tasks["Age"].ValidationLoss);
    }

    private sealed class KeptRow
    {
        public KeptRow(UserRow row, bool kept)
        {
            (Item, Action, Amount, Time, Income) = (row.Item, row.Action, row.Amount, row.Time, row.Income);
            (Gender, Age, Churned, Liked, Candidate, Kept) = (row.Gender, row.Age, row.Churned, row.Liked, row.Candidate, kept);
        }

        public string[] Item { get; set; }

        public string[] Action { get; set; }

        public float[] Amount { get; set; }

        public long[] Time { get; set; }

        public float Income { get; set; }

        public string Gender { get; set; }

        public float Age { get; set; }

        public bool Churned { get; set; }

        public float Liked { get; set; }

        public string Candidate { get; set; }

        public bool Kept { get; set; }
    }
}
