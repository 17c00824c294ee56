using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>A comparison with real training, and its views.</summary>
public sealed class SeesawContractTests(SeesawContractTests.Fixture fixture) : IClassFixture<SeesawContractTests.Fixture>
{
    private readonly SeesawReport _report = fixture.Report;

    [Fact]
    public void Joint_metrics_are_those_of_Fit_on_the_same_users_and_seed()
    {
        var options = Fixture.Options();
        options.Training.Seed = 2;
        using var model = fixture.ML.Transforms.SuperMoe(options).Fit(fixture.Train);
        AssertMetrics(model, _report.Runs.Single(r => r.Contestant == "Joint" && r.Seed == 2), ["NextItem", "Gender", "Age", "Churned", "Liked"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Metrics_alone_are_those_of_Fit_with_one_task(int task)
    {
        var options = Fixture.Options();
        options.Training.Seed = 2;
        options.Tasks = [options.Tasks[task]];
        using var model = fixture.ML.Transforms.SuperMoe(options).Fit(fixture.Train);
        var name = options.Tasks[0].Name;
        AssertMetrics(model, _report.Runs.Single(r => r.Contestant == "Alone" && r.Seed == 2 && r.Tasks[0] == name), [name]);
    }

    [Fact]
    public void Report_has_all_tasks_with_their_means()
    {
        Assert.Equal(["NextItem", "Gender", "Age", "Churned", "Liked"], _report.Tasks.Select(t => t.Task));
        Assert.Equal(["NDCG@10", "Accuracy", "RMSE", "AUC", "AUC"], _report.Tasks.Select(t => t.Metric));
        Assert.Equal(12, _report.Runs.Count);
        foreach (var task in _report.Tasks)
        {
            Assert.Equal(_report.Runs.Where(r => r.Contestant == "Joint").Average(r => r.Metrics[task.Task][task.Metric]), task.Joint, 1e-12);
            Assert.True(task.DifferenceOverUsers.Lower <= task.Difference.Mean && task.Difference.Mean <= task.DifferenceOverUsers.Upper, task.Task);
            Assert.True(task.Difference.Lower <= task.Difference.Mean && task.Difference.Mean <= task.Difference.Upper);
        }
        Assert.All(_report.Runs, r => Assert.Equal((1, true, false), (r.Epochs, r.Seconds > 0, r.Reused)));
    }

    [Fact]
    public void View_has_a_row_for_each_task()
    {
        var view = _report.ToDataView(fixture.ML);
        Assert.Equal(
            [
                "Contestant", "Task", "Metric", "HigherIsBetter", "Alone", "Joint", "Difference", "DifferenceLower", "DifferenceUpper",
                "DifferenceOverUsersLower", "DifferenceOverUsersUpper", "RelativeGain", "RelativeGainLower", "RelativeGainUpper", "Verdict", "VerdictOverUsers",
            ],
            view.Schema.Select(c => c.Name));
        Assert.Equal(_report.Tasks.Select(t => t.Task), view.GetColumn<string>("Task"));
        Assert.Equal(_report.Tasks.Select(t => t.Joint), view.GetColumn<double>("Joint"));
        Assert.Equal(_report.Tasks.Select(t => t.Difference.Upper), view.GetColumn<double>("DifferenceUpper"));
        Assert.Equal(_report.Tasks.Select(t => t.RelativeGain.Lower), view.GetColumn<double>("RelativeGainLower"));
        Assert.Equal(_report.Tasks.Select(t => t.Verdict.ToString()), view.GetColumn<string>("Verdict"));
        Assert.Equal(_report.Tasks.Select(t => t.DifferenceOverUsers.Lower), view.GetColumn<double>("DifferenceOverUsersLower"));
        Assert.Equal(_report.Tasks.Select(t => t.DifferenceOverUsers.Upper), view.GetColumn<double>("DifferenceOverUsersUpper"));
        Assert.Equal(_report.Tasks.Select(t => t.VerdictOverUsers.ToString()), view.GetColumn<string>("VerdictOverUsers"));
        Assert.Equal([true, true, false, true, true], view.GetColumn<bool>("HigherIsBetter"));
    }

    [Fact]
    public void View_of_runs_has_a_row_for_each_metric()
    {
        var view = _report.RunsToDataView(fixture.ML);
        Assert.Equal(["Contestant", "Tasks", "Seed", "Task", "Metric", "Value", "Seconds", "Epochs", "BestEpoch", "Reused"], view.Schema.Select(c => c.Name));
        Assert.Equal(2 * (5 + 5) * 3, view.GetColumn<string>("Metric").Count());
        Assert.Equal(_report.Runs.SelectMany(r => r.Tasks.SelectMany(t => r.Metrics[t].Values)), view.GetColumn<double>("Value"));
    }

    private void AssertMetrics(SuperMoeTransformer model, SeesawRun run, string[] tasks)
    {
        var scored = model.Transform(fixture.Test);
        foreach (var task in tasks)
        {
            var expected = task switch
            {
                "NextItem" => model.EvaluateNextItem(fixture.NextItem, "NextItem", [10]).Ndcg[10],
                "Gender" => fixture.ML.MulticlassClassification.Evaluate(scored, "Gender", "Gender.Score", "Gender.PredictedLabel").MicroAccuracy,
                "Age" => fixture.ML.Regression.Evaluate(scored, "Age", "Age.Score").RootMeanSquaredError,
                "Churned" => fixture.ML.BinaryClassification.Evaluate(scored, "Churned", "Churned.Score", "Churned.Probability", "Churned.PredictedLabel").AreaUnderRocCurve,
                _ => Auc(scored),
            };
            Assert.Equal(expected, run.Metrics[task].First().Value, 1e-6);
        }
    }

    // ML.NET's evaluator wants a Boolean label; pairs are few enough to count.
    private static double Auc(IDataView scored)
    {
        var pairs = scored.GetColumn<float>("Liked").Zip(scored.GetColumn<float>("Liked.Score")).ToList();
        var (yes, no) = (pairs.Where(p => p.First > 0).ToList(), pairs.Where(p => p.First <= 0).ToList());
        return yes.Average(y => no.Average(n => y.Second > n.Second ? 1.0 : y.Second == n.Second ? 0.5 : 0));
    }

    /// <summary>One comparison for all tests.</summary>
    public sealed class Fixture
    {
        public Fixture()
        {
            Train = SampleUsers.KeyedView(ML, 60);
            var keys = SampleUsers.Keys(ML).Fit(SampleUsers.View(ML, 64));
            Test = keys.Transform(SampleUsers.View(ML, 40, seed: 9));
            NextItem = keys.Transform(ML.Data.LoadFromEnumerable(SampleUsers.Rows(40, seed: 9).Where(r => r.Item.Length > 1).Select(WithoutLast).ToList()));
            Report = ML.SuperMoe().CompareWithSingleTask(Train, Options(), Test, new SeesawOptions { Seeds = [1, 2] });
        }

        public MLContext ML { get; } = new(1);

        public IDataView Train { get; }

        public IDataView Test { get; }

        /// <summary>The users of <see cref="Test"/> with at least two events, the last as the column NextItem.</summary>
        public IDataView NextItem { get; }

        public SeesawReport Report { get; }

        internal static SuperMoeOptions Options()
        {
            var options = SampleUsers.Options();
            options.Training.Epochs = 1;
            return options;
        }

        private static UserRow WithoutLast(UserRow row)
        {
            row.NextItem = row.Item[^1];
            row.Item = row.Item[..^1];
            row.Action = row.Action[..^1];
            row.Amount = row.Amount[..^1];
            row.Time = row.Time[..^1];
            return row;
        }
    }
}
