namespace SuperMoe.ML.Tests.Estimators.Seesaw;

/// <summary>Finished runs outlive the call.</summary>
public sealed class SeesawFolderTests : IDisposable
{
    private readonly SeesawRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Second_call_trains_nothing_reports_the_same_and_says_so()
    {
        var first = _rig.Run();
        var trained = _rig.Engine.Jobs.Count;
        _rig.Heard.Clear();
        _rig.Lines.Clear();
        var second = _rig.Run();

        Assert.Equal(trained, _rig.Engine.Jobs.Count);
        Assert.Equal(first.Tasks, second.Tasks);
        Assert.Equal(first.Runs.SelectMany(Groups), second.Runs.SelectMany(Groups));
        Assert.Equal(first.Runs.Select(r => (r.Contestant, r.Seed, r.Seconds)), second.Runs.Select(r => (r.Contestant, r.Seed, r.Seconds)));
        Assert.Equal(first.Runs.SelectMany(r => r.Metrics).SelectMany(m => m.Value), second.Runs.SelectMany(r => r.Metrics).SelectMany(m => m.Value));
        Assert.All(second.Runs, r => Assert.True(r.Reused));
        Assert.Equal(Enumerable.Repeat(SeesawRunState.Reused, 8), _rig.Heard.Select(h => h.State));
        Assert.Contains(_rig.Lines, l => l.Contains("8 of the runs are in", StringComparison.Ordinal));
        Assert.Contains("8 runs, 8 of them reused", second.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_one_a_run_named_by_what_it_is()
    {
        _rig.Seesaw.Seeds = [3];
        _rig.Seesaw.Contestants = [new SeesawContestant("a/b", o => o.Model.HiddenSize = 64)];
        _rig.Run();
        Assert.Collection(
            _rig.Files, f => Assert.Matches("^alone-age-[0-9a-f]{8}.seed-3.json$", f), f => Assert.Matches("^alone-churned-[0-9a-f]{8}.seed-3.json$", f),
            f => Assert.Matches("^alone-gender-[0-9a-f]{8}.seed-3.json$", f), f => Assert.Matches("^contestant-a_b-[0-9a-f]{8}.seed-3.json$", f),
            f => Assert.Equal("joint.seed-3.json", f));
    }

    [Fact]
    public void Further_seeds_and_contestants_are_all_that_is_trained()
    {
        _rig.Run();
        _rig.Engine.Jobs.Clear();
        _rig.Seesaw.Seeds = [3, 4, 5];
        _rig.Seesaw.Contestants = [new SeesawContestant("Wide", o => o.Model.HiddenSize = 64)];
        _rig.Run();
        Assert.Equal(
            ["Gender+Age+Churned/3", "Gender+Age+Churned/4", "Gender+Age+Churned/5", "Gender+Age+Churned/5", "Gender/5", "Age/5", "Churned/5"], _rig.Trained());
    }

    [Fact]
    public void Other_metric_and_other_level_train_nothing()
    {
        _rig.Run();
        _rig.Engine.Jobs.Clear();
        _rig.Seesaw.Metrics["Age"] = "MAE";
        _rig.Seesaw.Confidence = 0.8;
        Assert.Equal("MAE", _rig.Run().Tasks[1].Metric);
        Assert.Empty(_rig.Engine.Jobs);
    }

    [Fact]
    public void Changed_options_are_refused_before_anything_is_trained()
    {
        _rig.Run();
        _rig.Engine.Jobs.Clear();
        _rig.Options.Training.Epochs = 7;
        var error = Assert.Throws<InvalidOperationException>(() => _rig.Run());
        Assert.Contains("Training.Epochs was 2 and is 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("joint.seed-3.json", error.Message, StringComparison.Ordinal);
        Assert.Empty(_rig.Engine.Jobs);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_refused_before_anything_is_trained()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rig.Seesaw.Folder)!);
        File.WriteAllText(_rig.Seesaw.Folder!, "a file");
        var error = Assert.Throws<InvalidOperationException>(() => _rig.Run());
        Assert.Contains($"Folder is '{_rig.Seesaw.Folder}'; allowed is a folder that finished runs can be written to.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_rig.Engine.Jobs);
    }

    [Fact]
    public void Changed_data_are_refused()
    {
        _rig.Run();
        Assert.Contains("the data are others", Assert.Throws<InvalidOperationException>(() => _rig.Run(users: 41)).Message, StringComparison.Ordinal);
        _rig.Seesaw.SplitSeed = 9;
        Assert.Contains("the data are others", Assert.Throws<InvalidOperationException>(() => _rig.Run()).Message, StringComparison.Ordinal);
        _rig.Seesaw.SplitSeed = 1;
        _rig.Options.ItemAttributes = _rig.ML.Data.LoadFromEnumerable(SampleUsers.Names.Select((n, i) => new Attributed { Item = n, Price = i }));
        Assert.Contains("the data are others", Assert.Throws<InvalidOperationException>(() => _rig.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_file_is_an_error_that_names_it()
    {
        _rig.Run();
        File.WriteAllText(Path.Combine(_rig.Seesaw.Folder!, "joint.seed-4.json"), "{ \"format\": 1 ");
        var error = Assert.Throws<InvalidDataException>(() => _rig.Run());
        Assert.Contains("joint.seed-4.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_of_another_format_is_an_error_that_says_so()
    {
        _rig.Run();
        File.WriteAllText(Path.Combine(_rig.Seesaw.Folder!, "joint.seed-4.json"), "{ \"format\": 1, \"seed\": 4 }"); // without what came later
        Assert.Contains("no finished run of a comparison in format 2", Assert.Throws<InvalidDataException>(() => _rig.Run()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancelling_within_a_run_keeps_the_finished_ones(bool ofOptions)
    {
        using var source = new CancellationTokenSource();
        _rig.Engine.OnTrain = job =>
        {
            if (_rig.Engine.Jobs.Count < 3) { return; }
            source.Cancel();
            job.CheckAlive();
            Assert.Fail("Training goes on.");
        };
        if (ofOptions) { _rig.Options.Training.CancellationToken = source.Token; }
        var token = ofOptions ? default : source.Token;
        var error = Assert.Throws<OperationCanceledException>(() => _rig.Run(token: token));
        Assert.Contains("Run 3 of 8 (Age alone, seed 3) was cancelled; finished runs are kept in", error.Message, StringComparison.Ordinal);
        if (!ofOptions) { Assert.Equal(token, error.CancellationToken); }
        Assert.Equal(2, _rig.Files.Count());

        _rig.Options.Training.CancellationToken = default;
        _rig.Engine.OnTrain = null;
        _rig.Engine.Jobs.Clear();
        Assert.Equal([true, true, false, false, false, false, false, false], _rig.Run().Runs.Select(r => r.Reused));
        Assert.Equal(6, _rig.Engine.Jobs.Count);
    }

    [Fact]
    public void Cancelling_between_runs_starts_no_other()
    {
        using var source = new CancellationTokenSource();
        var operations = new SuperMoeOperations(_rig.ML.Environment(), _rig.Engine);
        var listener = new Cancelling(source);
        Assert.Throws<OperationCanceledException>(() => operations.CompareWithSingleTask(
            SampleUsers.KeyedView(_rig.ML, 40), _rig.Options, null, _rig.Seesaw, listener, source.Token));
        Assert.Single(_rig.Engine.Jobs);
        Assert.Equal(["joint.seed-3.json"], _rig.Files);
    }

    [Fact]
    public void Training_that_fails_says_which_run_and_keeps_the_others()
    {
        _rig.Engine.OnTrain = _ => { if (_rig.Engine.Jobs.Count == 2) { throw new InvalidOperationException("The loss is NaN."); } };
        var error = Assert.Throws<InvalidOperationException>(() => _rig.Run());
        Assert.Equal("Run 2 of 8 (Gender alone, seed 3) failed: The loss is NaN.", error.Message);
        Assert.Equal(["joint.seed-3.json"], _rig.Files);
    }

    private sealed class Attributed
    {
        public string Item { get; set; } = "";

        public float Price { get; set; }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<SeesawProgress>
    {
        public void Report(SeesawProgress value)
        {
            if (value.State == SeesawRunState.Finished) { source.Cancel(); }
        }
    }

    private static IEnumerable<(string, int, string, double)> Groups(SeesawRun run) =>
        run.WithoutGroup.SelectMany(t => t.Value.SelectMany((metrics, g) => metrics.Select(m => (t.Key, g, m.Key, m.Value))));
}
