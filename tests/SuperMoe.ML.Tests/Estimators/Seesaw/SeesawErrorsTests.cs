using Microsoft.ML;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

/// <summary>Mistakes are told before anything is trained.</summary>
public sealed class SeesawErrorsTests : IDisposable
{
    private readonly SeesawRig _rig = new();

    public static TheoryData<string, Action<SuperMoeOptions, SeesawOptions>> Mistakes() => new()
    {
        { "Seeds is empty", (_, s) => s.Seeds.Clear() },
        { "Seeds has 7 more than once", (_, s) => s.Seeds = [7, 8, 7] },
        { "TestFraction is 0; allowed is 0 (exclusive) to 0.9", (_, s) => s.TestFraction = 0 },
        { "Confidence is 1; allowed is 0.5 to 0.9999", (_, s) => s.Confidence = 1 },
        { "Folder is ''", (_, s) => s.Folder = "" },
        { "Tasks is empty", (_, s) => s.Tasks = [] },
        { "Tasks has 'Sex', which is no task; allowed are 'Gender', 'Age', 'Churned'", (_, s) => s.Tasks = ["Age", "Sex"] },
        { "only the task 'Gender'", (o, _) => o.Tasks = [o.Tasks[0]] },
        { "Metrics has 'Sex', which is no task", (_, s) => s.Metrics["Sex"] = "AUC" },
        { "Metrics has 'AUC' for the task 'Age'; allowed are RMSE, R2, MAE", (_, s) => s.Metrics["Age"] = "AUC" },
        { "without a name", (_, s) => s.Contestants.Add(new SeesawContestant(" ", _ => { })) },
        { "the name 'joint', which is taken", (_, s) => s.Contestants.Add(new SeesawContestant("joint", _ => { })) },
        { "Contestant 'C' has no change", (_, s) => s.Contestants.Add(new SeesawContestant("C", null!)) },
        { "Contestant 'C': Model.HiddenSize is 0", (_, s) => s.Contestants.Add(new SeesawContestant("C", o => o.Model.HiddenSize = 0)) },
        { "Contestant 'C': the columns that are read are others", (_, s) => s.Contestants.Add(new SeesawContestant("C", o => o.TimeColumn = null)) },
        { "Contestant 'C': the columns that are read are others", (_, s) => s.Contestants.Add(new SeesawContestant("C", o => o.ValidationColumn = "Churned")) },
        { "Contestant 'C': the task 'Liked' is none of the options' tasks", (_, s) => s.Contestants.Add(new SeesawContestant("C", o => o.Tasks.Add(new BinaryTask("Liked")))) },
        { "Model.HiddenSize is 0", (o, _) => o.Model.HiddenSize = 0 },
    };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_in_options_names_it_and_what_is_allowed(string expected, Action<SuperMoeOptions, SeesawOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        change(_rig.Options, _rig.Seesaw);
        Assert.Contains(expected, Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Run()).Message, StringComparison.Ordinal);
        Assert.Empty(_rig.Engine.Jobs);
    }

    [Fact]
    public void Mistakes_are_told_together()
    {
        _rig.Seesaw.Seeds = [];
        _rig.Seesaw.Confidence = 2;
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Run()).Message;
        Assert.Contains("Seeds", message, StringComparison.Ordinal);
        Assert.Contains("Confidence", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_users_that_cannot_judge_a_task_are_an_error()
    {
        // The second user alone: one answer of Churned, and a sequence that may be short.
        var one = SampleUsers.Rows(1).Select(r => { r.Item = r.Item[..1]; r.Action = r.Action[..1]; r.Amount = r.Amount[..1]; r.Time = r.Time[..1]; r.Age = float.NaN; return r; });
        var test = SampleUsers.Keys(_rig.ML).Fit(SampleUsers.View(_rig.ML, 64)).Transform(_rig.ML.Data.LoadFromEnumerable(one.ToList()));
        _rig.Options.Tasks.Add(new NextItemTask());
        var message = Assert.Throws<InvalidOperationException>(() => _rig.Run(test: test)).Message;
        Assert.Contains("no held-out user has a label of the task 'Age'", message, StringComparison.Ordinal);
        Assert.Contains("all labels of the held-out users for the task 'Churned' are the same", message, StringComparison.Ordinal);
        Assert.Contains("'NextItem' has no target", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Gender", message, StringComparison.Ordinal);
        Assert.Empty(_rig.Engine.Jobs);
    }

    [Fact]
    public void Test_data_with_other_keys_are_an_error()
    {
        var others = _rig.ML.Transforms.Conversion.MapValueToKey("Gender", keyData: _rig.ML.Data.LoadFromEnumerable([new Name { Value = "M" }, new Name { Value = "F" }]));
        var items = _rig.ML.Transforms.Conversion.MapValueToKey("Item", keyData: _rig.ML.Data.LoadFromEnumerable(SampleUsers.Names.Reverse().Select(n => new Name { Value = n })));
        var view = SampleUsers.KeyedView(_rig.ML, 40);
        var raw = SampleUsers.View(_rig.ML, 40);
        var actions = SampleUsers.Keys(_rig.ML).Fit(SampleUsers.View(_rig.ML, 64));
        var genders = _rig.ML.Transforms.Conversion.MapKeyToValue("Gender").Append(others).Fit(view).Transform(view);
        Assert.Contains("'Gender' of the test data has other keys", Assert.Throws<InvalidOperationException>(() => _rig.Run(test: genders)).Message, StringComparison.Ordinal);
        var reversed = _rig.ML.Transforms.Conversion.MapKeyToValue("Item").Append(items).Fit(view).Transform(actions.Transform(raw));
        Assert.Contains("'Item'", Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Run(test: reversed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_user_cannot_be_split()
    {
        Assert.Contains("at least two users", Assert.Throws<InvalidOperationException>(() => _rig.Run(users: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_gives_no_verdicts()
    {
        _rig.Seesaw.Seeds = [1];
        var report = _rig.Run();
        Assert.All(report.Tasks, t => Assert.Equal((SeesawVerdict.Undecided, double.NaN), (t.Verdict, t.Difference.Lower)));
        Assert.Equal(double.NaN, report.MeanRelativeGain.Lower);
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
