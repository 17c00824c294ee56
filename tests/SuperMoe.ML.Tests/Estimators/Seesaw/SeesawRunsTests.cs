using SuperMoe.ML.Estimators.Seesaw;

namespace SuperMoe.ML.Tests.Estimators.Seesaw;

/// <summary>Which models a comparison trains, and on what.</summary>
public sealed class SeesawRunsTests : IDisposable
{
    private readonly SeesawRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Runs_are_all_tasks_and_each_alone_for_every_seed()
    {
        var report = _rig.Run();
        Assert.Equal(
            ["Gender+Age+Churned/3", "Gender/3", "Age/3", "Churned/3", "Gender+Age+Churned/4", "Gender/4", "Age/4", "Churned/4"], _rig.Trained());
        Assert.Equal(["Gender", "Age", "Churned"], report.Tasks.Select(t => t.Task));
        Assert.Equal(["Accuracy", "RMSE", "AUC"], report.Tasks.Select(t => t.Metric));
        Assert.Equal(["Joint", "Alone", "Alone", "Alone"], report.Runs.Where(r => r.Seed == 4).Select(r => r.Contestant));
        Assert.All(report.Tasks, t => Assert.Equal(SeesawVerdict.Tie, t.Verdict)); // the engine learns nothing
        Assert.All(_rig.Engine.Scorers, s => Assert.True(s.Disposed));
    }

    [Fact]
    public void Models_have_one_budget_and_only_single_tasks_lose_what_weighs_tasks()
    {
        _rig.Options.Training.Balancing = TaskBalancing.GradNorm;
        _rig.Options.Training.EarlyStoppingTask = "Age";
        _rig.Options.Tasks[0].Weight = 3;
        _rig.Seesaw.Seeds = [1];
        _rig.Run();
        var (joint, alone) = (_rig.Engine.Jobs[0].Model.Options, _rig.Engine.Jobs[1].Model.Options);
        Assert.Equal((TaskBalancing.GradNorm, "Age", 3), (joint.Training.Balancing, joint.Training.EarlyStoppingTask, joint.Tasks[0].Weight));
        Assert.Equal((TaskBalancing.Fixed, null, 1), (alone.Training.Balancing, alone.Training.EarlyStoppingTask, alone.Tasks[0].Weight));
        Assert.Equal(
            ["Tasks.Count", "Tasks[0].Weight", "Training.Balancing", "Training.EarlyStoppingTask"],
            OptionsText.Of(joint).Except(OptionsText.Of(alone)).Select(t => t.Key).Where(k => !k.StartsWith("Tasks[1]", StringComparison.Ordinal) && !k.StartsWith("Tasks[2]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_model_trains_on_the_same_users_and_none_on_a_held_out_one()
    {
        var report = _rig.Run(users: 50);
        Assert.Equal((40, 10), (report.TrainingUsers, report.TestUsers));
        Assert.All(_rig.Engine.Jobs, j => Assert.Equal(_rig.Engine.Jobs[0].Data.Profiles, j.Data.Profiles));
        var all = SampleUsers.Rows(50).Select(r => r.Income).ToList();
        var trained = _rig.Engine.Jobs[0].Data.Profiles;
        var data = new SeesawDataReader(_rig.ML.Environment(), _rig.Options, () => { }).Read(SampleUsers.KeyedView(_rig.ML, 50), null, _rig.Seesaw);
        Assert.Equal(trained, data.Training.Profiles);
        Assert.Empty(trained.Intersect(data.Test.Users.Profiles));
        Assert.Equal(all.Order(), trained.Concat(data.Test.Users.Profiles).Order());
    }

    [Fact]
    public void Labels_of_single_tasks_are_their_own()
    {
        _rig.Run();
        for (var t = 0; t < 3; t++)
        {
            Assert.Same(_rig.Engine.Jobs[0].Data.Labels[t], Assert.Single(_rig.Engine.Jobs[t + 1].Data.Labels));
        }
    }

    [Fact]
    public void Test_data_leaves_all_users_to_training()
    {
        var report = _rig.Run(test: SampleUsers.KeyedView(_rig.ML, 23, seed: 9));
        Assert.Equal((40, 23), (report.TrainingUsers, report.TestUsers));
        Assert.Equal(23, _rig.Engine.Scorers[0].Calls.Sum(c => c.Users));
    }

    [Fact]
    public void Split_has_the_same_users_for_the_same_seed_and_others_for_another()
    {
        float[] Held(int seed) => Read(new SeesawOptions { SplitSeed = seed }).Test.Users.Profiles;
        Assert.Equal(Held(1), Held(1));
        Assert.NotEqual(Held(1), Held(2));
    }

    [Fact]
    public void Next_item_is_to_find_the_last_item_from_those_before()
    {
        _rig.Options.Tasks = [new NextItemTask(), new RegressionTask("Age")];
        var test = Read(_rig.Seesaw).Test;
        var users = Enumerable.Range(0, test.Users.Count).Where(u => test.Users.Length(u) > 1).ToList();
        Assert.NotEmpty(users);
        Assert.Equal(users.Select(u => test.Users.Items[test.Users.Offsets[u + 1] - 1]), test.Targets);
        Assert.Equal(users.Select(u => test.Users.Length(u) - 1), Enumerable.Range(0, test.Next.Count).Select(test.Next.Length));
    }

    [Fact]
    public void Tasks_that_are_not_named_are_trained_but_not_judged()
    {
        _rig.Seesaw.Tasks = ["Churned"];
        var report = _rig.Run();
        Assert.Equal(["Gender+Age+Churned/3", "Churned/3", "Gender+Age+Churned/4", "Churned/4"], _rig.Trained());
        Assert.Equal("Churned", Assert.Single(report.Tasks).Task);
    }

    [Fact]
    public void Contestants_are_compared_with_the_same_single_tasks()
    {
        _rig.Seesaw.Seeds = [1];
        _rig.Seesaw.Contestants =
        [
            new SeesawContestant("Wide", o => o.Model.HiddenSize = 64), new SeesawContestant("Pair", o => o.Tasks.RemoveAt(1)),
        ];
        var report = _rig.Run();
        Assert.Equal(["Gender+Age+Churned/1", "Gender+Age+Churned/1", "Gender+Churned/1", "Gender/1", "Age/1", "Churned/1"], _rig.Trained());
        Assert.Equal([32, 64, 32, 32, 32, 32], _rig.Engine.Jobs.Select(j => j.Model.Options.Model.HiddenSize));
        Assert.Equal(["Joint", "Wide", "Pair"], report.Comparisons.Select(c => c.Name));
        Assert.Equal(["Gender", "Churned"], report.Comparisons[2].Tasks.Select(t => t.Task));
        Assert.Equal(report.Tasks.Select(t => t.Alone), report.Comparisons[1].Tasks.Select(t => t.Alone));
        Assert.Same(_rig.Engine.Jobs[2].Data.Labels[1], _rig.Engine.Jobs[5].Data.Labels[0]);
    }

    [Fact]
    public void Targets_of_a_next_item_that_a_contestant_or_a_single_task_leaves_out_are_none_of_its_validation()
    {
        _rig.Options.Tasks.Insert(0, new NextItemTask());
        _rig.Options.Training.LeaveLastEventOut = true;
        _rig.Seesaw.Seeds = [1];
        _rig.Seesaw.Contestants = [new SeesawContestant("Without", o => o.Tasks.RemoveAt(0))];
        _rig.Run();
        Assert.All(_rig.Engine.Jobs, job => Assert.Equal(job.Model.Options.Tasks.Any(t => t is NextItemTask), job.Model.Options.Training.LeaveLastEventOut));
    }

    [Fact]
    public void Runs_that_are_equal_are_trained_once()
    {
        _rig.Seesaw.Seeds = [1];
        _rig.Seesaw.Contestants =
        [
            new SeesawContestant("Same", _ => { }),
            new SeesawContestant("Lonely", o =>
            {
                o.Tasks = [o.Tasks[1]];
                o.Tasks[0].Weight = 5; // nothing to weigh it against
            }),
        ];
        var report = _rig.Run();
        Assert.Equal(["Gender+Age+Churned/1", "Age/1", "Gender/1", "Churned/1"], _rig.Trained());
        Assert.Equal(["Same", "Alone"], report.Runs.Where(r => r.Reused).Select(r => r.Contestant));
        Assert.Equal(0, report.Comparisons[2].Tasks[0].Difference.Mean);

        // Each is kept under its own name: without the contestant nothing is missing.
        _rig.Seesaw.Contestants = [];
        _rig.Run();
        Assert.Equal(4, _rig.Engine.Jobs.Count);
    }

    [Fact]
    public void Metric_of_a_task_can_be_chosen()
    {
        _rig.Seesaw.Metrics["Churned"] = "LogLoss";
        _rig.Seesaw.Metrics["Age"] = "R2";
        var report = _rig.Run();
        Assert.Equal([("Accuracy", true), ("R2", true), ("LogLoss", false)], report.Tasks.Select(t => (t.Metric, t.HigherIsBetter)));
        Assert.Equal(report.Runs[0].Metrics["Churned"]["LogLoss"], report.Tasks[2].Joint);
    }

    private SeesawData Read(SeesawOptions seesaw) =>
        new SeesawDataReader(_rig.ML.Environment(), _rig.Options, () => { }).Read(SampleUsers.KeyedView(_rig.ML, 50), null, seesaw);
}
