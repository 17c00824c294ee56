using Microsoft.ML;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>What a task cannot be learned from is refused by name, and before anything is computed.</summary>
public sealed class FitTaskErrorsTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    private readonly MLContext _ml = fitted.ML;

    [Fact]
    public void A_next_item_task_is_refused()
    {
        var message = Refused(new NextItemTask { Name = "Then" });
        Assert.Contains("'Then' is a NextItemTask", message, StringComparison.Ordinal);
        Assert.Contains("BinaryTask, MulticlassTask, RegressionTask", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_a_task_that_is_there_is_refused_also_of_an_added_one()
    {
        var message = Refused(new BinaryTask("Churned"));
        Assert.Contains("Name is 'Churned'", message, StringComparison.Ordinal);
        Assert.Contains("'NextItem', 'Gender', 'Age', 'Churned', 'Liked'", message, StringComparison.Ordinal);
        using var one = fitted.Model.FitTask(fitted.Train, new BinaryTask("Churned") { Name = "New" }, new FitTaskOptions { Epochs = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => one.FitTask(fitted.Train, new RegressionTask("Age") { Name = "New" }));
    }

    [Fact]
    public void An_output_that_is_there_is_refused()
    {
        var options = SampleUsers.Options();
        options.EmbeddingColumn = "User.Score";
        options.Tasks = [new NextItemTask()];
        using var model = _ml.Transforms.SuperMoe(options).Fit(SampleUsers.KeyedView(_ml, 10));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.FitTask(fitted.Train, new RegressionTask("Age") { Name = "User" }));
        Assert.Contains("'User.Score'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nothing", "'Nothing'")]
    [InlineData("", "LabelColumn is ''")]
    [InlineData("UserId", "'UserId'")] // text
    [InlineData("Item", "'Item'")] // a vector of keys
    public void A_label_column_that_is_missing_or_of_a_wrong_type_is_named(string column, string expected)
    {
        Assert.Contains(expected, Refused(new BinaryTask(column) { Name = "New" }), StringComparison.Ordinal);
        Assert.Contains(expected, Refused(new MulticlassTask(column) { Name = "New" }), StringComparison.Ordinal);
        Assert.Contains(expected, Refused(new RegressionTask(column) { Name = "New" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_told_together()
    {
        var options = new FitTaskOptions { Adapter = -1, Epochs = -1, Folds = 1, LearningRate = 0, WeightDecay = -1, Patience = 0 };
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.FitTask(fitted.Train, New(), options)).Message;
        Assert.All(new[] { "Adapter is -1", "Epochs is -1", "Folds is 1", "LearningRate is 0", "WeightDecay is -1", "Patience is 0" }, m => Assert.Contains(m, message, StringComparison.Ordinal));
    }

    [Fact]
    public void No_label_at_all_is_told()
    {
        var rows = SampleUsers.Rows(10).ToList();
        foreach (var row in rows) { (row.Age, row.Gender) = (float.NaN, ""); }
        Assert.Contains("every label in column 'Age' is missing", Unfit(rows, new RegressionTask("Age") { Name = "New" }), StringComparison.Ordinal);
        Assert.Contains("every label in column 'Gender' is missing", Unfit(rows, new MulticlassTask("Gender") { Name = "New" }), StringComparison.Ordinal);
        Assert.Contains("is missing", Unfit([], new BinaryTask("Churned") { Name = "New" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_class_is_told()
    {
        var rows = SampleUsers.Rows(20).Where(r => r.Churned).ToList();
        Assert.Contains("'Churned' are of one class", Unfit(rows, New()), StringComparison.Ordinal);
        Assert.Contains("'Gender' are of one class", Unfit(rows, new MulticlassTask("Gender") { Name = "New" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Item")]
    [InlineData("Action")]
    [InlineData("Time")]
    [InlineData("Income")]
    public void Data_without_a_column_that_the_model_reads_is_refused_by_name(string column)
    {
        var view = _ml.Transforms.DropColumns(column).Fit(fitted.Train).Transform(fitted.Train);
        Assert.Contains($"'{column}'", Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.FitTask(view, New())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Candidates_of_other_tasks_need_not_be_there_and_the_task_s_own_must()
    {
        var view = _ml.Transforms.DropColumns("Candidate").Fit(fitted.Train).Transform(fitted.Train);
        using var model = fitted.Model.FitTask(view, New(), new FitTaskOptions { Epochs = 1 });
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.FitTask(view, new BinaryTask("Liked") { Name = "New", CandidateColumn = "Candidate" }));
        Assert.Contains("'Candidate'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_other_values_are_refused()
    {
        var rows = SampleUsers.View(_ml, 30);
        var other = _ml.Data.LoadFromEnumerable(SampleUsers.Names.Reverse().Select(n => new { Name = n }));
        var view = _ml.Transforms.Conversion.MapValueToKey([new("Item"), new("Candidate")], keyData: other)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Action")).Append(_ml.Transforms.Conversion.MapValueToKey("Gender")).Fit(rows).Transform(rows);
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.FitTask(view, New())).Message;
        Assert.Contains("'Item'", message, StringComparison.Ordinal);
        Assert.Contains("same values", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_labelled_row_that_is_unfit_is_told()
    {
        var rows = SampleUsers.Rows(10).Append(new UserRow { Item = ["item1", "item2"], Action = ["buy", "buy"], Amount = [1, 1], Time = [9, 1] }).ToList();
        Assert.Contains("Row 10 is not in order of time", Unfit(rows, New()), StringComparison.Ordinal);
    }

    private static BinaryTask New() => new("Churned") { Name = "New" };

    private string Refused(SuperMoeTask task) => Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.FitTask(fitted.Train, task)).Message;

    private string Unfit(IReadOnlyList<UserRow> rows, SuperMoeTask task)
    {
        var view = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));
        return Assert.Throws<InvalidOperationException>(() => fitted.Model.FitTask(view, task)).Message;
    }
}
