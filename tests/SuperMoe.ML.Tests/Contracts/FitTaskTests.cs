using Microsoft.ML;
using Microsoft.ML.Data;
using SuperMoe.ML.Estimators;
using SuperMoe.ML.Tests.Estimators;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>New tasks on a trained model: what there was before stays the same to the last bit.</summary>
public sealed class FitTaskTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    private static readonly FitTaskOptions s_quick = new() { Epochs = 2, Seed = 4 };

    private readonly MLContext _ml = fitted.ML;

    public static TheoryData<string> Kinds => ["binary", "candidate", "multiclass", "regression"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Old_outputs_are_the_same_bits_in_views_before_and_after_saving(string kind)
    {
        using var extended = fitted.Model.FitTask(fitted.Train, Task(kind), s_quick);
        var before = fitted.Model.Transform(fitted.Test);
        var after = extended.Transform(fitted.Test);
        var names = before.Schema.Skip(fitted.Test.Schema.Count).Select(c => c.Name).ToArray();
        Assert.Equal(names, after.Schema.Skip(fitted.Test.Schema.Count).Select(c => c.Name).Take(names.Length));
        var added = after.Schema.Skip(fitted.Test.Schema.Count + names.Length).Select(c => c.Name).ToArray();
        Assert.Equal(kind == "regression" ? 1 : kind == "multiclass" ? 2 : 3, added.Length);
        Assert.All(added, n => Assert.StartsWith("New.", n, StringComparison.Ordinal));

        var all = Bits(before, names);
        Assert.Equal(all, Bits(after, names));
        AssertEqualBits(all, Bits(after, [.. names, .. added]));
        foreach (var name in names)
        {
            var one = Bits(before, [name]);
            Assert.Equal(one, Bits(after, [name]));
            AssertEqualBits(one, Bits(after, [name, .. added])); // with the new task's pass behind it, whatever else is computed
        }

        using var loaded = Reload(extended);
        AssertEqualBits(all, Bits(loaded.Transform(fitted.Test), [.. names, .. added]));
        Assert.Equal(Bits(after, added), Bits(loaded.Transform(fitted.Test), added));
        Views.AssertSameSchemas(after.Schema, loaded.Transform(fitted.Test).Schema);
        Assert.Equivalent(extended.FittedTasks, loaded.FittedTasks);
    }

    [Fact]
    public void Old_outputs_are_the_same_bits_in_large_batches()
    {
        var options = SampleUsers.Options();
        options.ScoringBatchSize = new SuperMoeOptions().ScoringBatchSize;
        using var model = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        using var extended = model.FitTask(fitted.Train, Task("binary"), s_quick);
        var many = SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(SampleUsers.View(_ml, 300, seed: 21));
        var names = model.Transform(many).Schema.Skip(many.Schema.Count).Select(c => c.Name).ToArray();
        var all = Bits(model.Transform(many), names);
        Assert.Equal(all, Bits(extended.Transform(many), names));
        AssertEqualBits(all, Bits(extended.Transform(many), [.. names, "New.Score"]));
    }

    [Fact]
    public void Old_outputs_are_the_same_bits_row_by_row()
    {
        var raw = SampleUsers.View(_ml, 64);
        var keys = SampleUsers.Keys(_ml).Fit(raw);
        using var extended = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick);
        using var loaded = Reload(extended);
        using var before = Engine<OldOutputs>(keys, fitted.Model);
        using var same = Engine<OldOutputs>(keys, extended);
        using var after = Engine<AllOutputs>(keys, extended);
        using var later = Engine<AllOutputs>(keys, loaded);
        foreach (var row in SampleUsers.Rows(20, seed: 12))
        {
            var expected = before.Predict(row).Bits();
            Assert.Equal(expected, same.Predict(row).Bits());
            var all = after.Predict(row);
            Assert.Equal(expected, all.Bits());
            Assert.True(float.IsFinite(all.New));
            Assert.Equal(expected, later.Predict(row).Bits());
            Assert.Equal(all.New, later.Predict(row).New);
        }
    }

    [Fact]
    public void A_pipeline_takes_a_new_task_in_its_model_and_keeps_its_other_stages()
    {
        var raw = SampleUsers.View(_ml, 60);
        var keys = SampleUsers.Keys(_ml).Fit(raw);
        var copied = _ml.Transforms.CopyColumns("Copy", "Embedding").Fit(fitted.Model.Transform(fitted.Train));
        var pipeline = new TransformerChain<ITransformer>(keys, fitted.Model, copied);

        var extended = pipeline.FitTask(raw, Task("binary"), s_quick);
        using var found = extended.FindSuperMoe()!;
        using var direct = fitted.Model.FitTask(keys.Transform(raw), Task("binary"), s_quick);

        var stages = TransformerChains.Stages(pipeline).ToArray();
        Assert.Equal(stages.Select(s => s == fitted.Model ? found : s), TransformerChains.Stages(extended));
        Assert.Equal("New", found.FittedTasks[^1].Task);
        var test = SampleUsers.View(_ml, 23, seed: 9);
        Assert.Equal(Bits(direct.Transform(keys.Transform(test)), ["New.Score"]), Bits(extended.Transform(test), ["New.Score"]));
        Assert.Equal(Bits(pipeline.Transform(test), ["Copy"]), Bits(extended.Transform(test), ["Copy"]));
        var error = Assert.Throws<ArgumentException>(() => keys.FitTask(raw, Task("binary")));
        Assert.Contains("The pipeline has no model of SuperMoe.ML.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_added_one_after_another_do_not_see_each_other()
    {
        using var one = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick);
        using var two = one.FitTask(fitted.Train, new RegressionTask("Age") { Name = "Years" }, s_quick);
        using var three = two.FitTask(fitted.Train, new BinaryTask("Liked") { Name = "Fancied", CandidateColumn = "Candidate" }, s_quick);
        using var other = fitted.Model.FitTask(fitted.Train, new RegressionTask("Age") { Name = "Years" }, s_quick);
        var names = one.Transform(fitted.Test).Schema.Skip(fitted.Test.Schema.Count).Select(c => c.Name).ToArray();
        var expected = Bits(one.Transform(fitted.Test), names);
        var last = three.Transform(fitted.Test);
        Assert.Equal(expected, Bits(last, names));
        AssertEqualBits(expected, Bits(last, [.. names, "Years.Score", "Fancied.Probability"]));
        Assert.Equal(Bits(other.Transform(fitted.Test), ["Years.Score"]), Bits(last, ["Years.Score"])); // as if the first had not been there

        using var loaded = Reload(three);
        AssertEqualBits(expected, Bits(loaded.Transform(fitted.Test), [.. names, "Years.Score", "Fancied.Probability"]));
        Assert.Equal(["New", "Years", "Fancied"], loaded.FittedTasks.Select(t => t.Task));
        using var fourth = loaded.FitTask(fitted.Train, Task("multiclass", "Fourth"), s_quick);
        AssertEqualBits(expected, Bits(fourth.Transform(fitted.Test), [.. names, "Fourth.Score"]));
    }

    [Theory]
    [InlineData(TaskSharing.SharedBottom, TaskRouting.Shared)]
    [InlineData(TaskSharing.Ple, TaskRouting.Shared)]
    [InlineData(TaskSharing.Indicators, TaskRouting.Conditioned)]
    [InlineData(TaskSharing.Indicators, TaskRouting.SelectionBias)]
    public void Old_outputs_are_the_same_bits_however_tasks_share_and_are_routed(TaskSharing sharing, TaskRouting routing)
    {
        var options = SampleUsers.Options();
        options.Model.Sharing = sharing;
        options.Model.Moe.TaskRouting = routing;
        options.Training.Epochs = 1;
        using var model = _ml.Transforms.SuperMoe(options).Fit(fitted.Train);
        using var extended = model.FitTask(fitted.Train, Task("binary"), s_quick);
        var before = model.Transform(fitted.Test);
        var names = before.Schema.Skip(fitted.Test.Schema.Count).Select(c => c.Name).ToArray();
        using var loaded = Reload(extended);
        AssertEqualBits(Bits(before, names), Bits(extended.Transform(fitted.Test), [.. names, "New.Score"]));
        AssertEqualBits(Bits(before, names), Bits(loaded.Transform(fitted.Test), [.. names, "New.Score"]));
        Assert.Equal(Bits(extended.Transform(fitted.Test), ["New.Score"]), Bits(loaded.Transform(fitted.Test), ["New.Score"]));
    }

    [Fact]
    public void Models_that_share_weights_are_disposed_each_on_its_own()
    {
        var users = SampleUsers.KeyedView(_ml, 20);
        var first = _ml.Transforms.SuperMoe(SampleUsers.Options()).Fit(users);
        var second = first.FitTask(users, Task("binary"), s_quick);
        var third = second.FitTask(users, Task("regression", "Third"), s_quick);
        var expected = Bits(third.Transform(users), ["Embedding", "New.Score", "Third.Score"]);
        first.Dispose();
        second.Dispose();
        second.Dispose();
        Assert.Equal(expected, Bits(third.Transform(users), ["Embedding", "New.Score", "Third.Score"]));
        Assert.ThrowsAny<ObjectDisposedException>(() => second.FitTask(users, Task("binary", "Again"), s_quick));
        third.Dispose();
        Assert.ThrowsAny<Exception>(() => Bits(third.Transform(users), ["Embedding"]));
    }

    [Fact]
    public void A_new_task_is_learned_and_the_evaluators_of_ML_NET_judge_it()
    {
        using var binary = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick);
        using var both = binary.FitTask(fitted.Train, Task("multiclass", "Sex"), s_quick);
        using var all = both.FitTask(fitted.Train, Task("regression", "Years"), s_quick);
        var scored = all.Transform(fitted.Test);
        Assert.InRange(_ml.BinaryClassification.Evaluate(scored, "Churned", "New.Score", "New.Probability", "New.PredictedLabel").AreaUnderRocCurve, 0.9, 1);
        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored, "Gender", "Sex.Score", predictedLabelColumnName: "Sex.PredictedLabel").MicroAccuracy, 0.8, 1);
        Assert.InRange(_ml.Regression.Evaluate(_ml.Data.FilterRowsByMissingValues(scored, "Age"), "Age", "Years.Score").RSquared, 0.3, 1);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Sex.Score"].GetSlotNames(ref names);
        Assert.Equal(["F", "M"], names.DenseValues().Select(v => v.ToString()).Where(v => v.Length > 0).Order(StringComparer.Ordinal));
        Assert.Equal(3, new[] { "New.Score", "Sex.Score", "Years.Score" }.Select(Set).Append(Set("NextItem.Score")).Distinct().Count() - 1);
        var report = all.FittedTasks[0];
        Assert.Equal(("New", 60), (report.Task, report.Labels));
        Assert.InRange(report.Metrics["AUC"], 0.9, 1);

        uint Set(string column)
        {
            uint set = 0;
            scored.Schema[column].Annotations.GetValue("ScoreColumnSetId", ref set);
            return set;
        }
    }

    [Fact]
    public void Rows_without_a_label_are_not_looked_at()
    {
        var rows = SampleUsers.Rows(40);
        var bad = new UserRow { Item = ["item1", "item2"], Action = ["buy", "buy"], Amount = [1, 1], Time = [9, 1], Age = float.NaN }; // not in order of time
        var labelled = rows.Where(r => !float.IsNaN(r.Age)).ToList();
        Assert.True(labelled.Count < rows.Count);
        using var few = fitted.Model.FitTask(Keyed(labelled), Task("regression"), s_quick);
        using var all = fitted.Model.FitTask(Keyed([bad, .. rows, bad]), Task("regression"), s_quick);
        Assert.Equal(labelled.Count, all.FittedTasks[0].Labels);
        Assert.Equal(Bits(few.Transform(fitted.Test), ["New.Score"]), Bits(all.Transform(fitted.Test), ["New.Score"]));
    }

    [Fact]
    public void The_seed_decides_and_comes_from_the_context_where_none_is_given()
    {
        (List<int[]> Scores, double Loss) Fit(int? seed)
        {
            using var model = fitted.Model.FitTask(fitted.Train, Task("binary"), new FitTaskOptions { Epochs = 1, Seed = seed });
            return (Bits(model.Transform(fitted.Test), ["New.Score"]), model.FittedTasks[0].ValidationLoss);
        }

        Assert.Equal(Fit(3).Scores, Fit(3).Scores);
        Assert.NotEqual(Fit(3).Loss, Fit(4).Loss); // other parts are held out
        Assert.NotEqual(Fit(null).Loss, Fit(null).Loss); // the context's generator goes on
    }

    [Fact]
    public void Without_adapters_there_are_fewer_weights()
    {
        using var with = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick);
        using var without = fitted.Model.FitTask(fitted.Train, Task("binary"), new FitTaskOptions { Epochs = 1, Adapter = 0, Seed = 4 });
        const int Size = 32;
        const int Linear = (2 * Size) + 1, Items = 13;
        Assert.Equal(Linear + Items + Size + (2 * Size * Size) + Size + Size + 1, without.FittedTasks[0].Parameters);
        Assert.Equal(2 * ((2 * Size * 8) + Size + 8), with.FittedTasks[0].Parameters - without.FittedTasks[0].Parameters);
    }

    [Fact]
    public void Progress_is_heard_every_epoch_and_a_token_stops()
    {
        var heard = new List<TrainingProgress>();
        using var source = new CancellationTokenSource();
        using var model = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick, new Listener(heard.Add));
        Assert.Equal([1, 2], heard.Select(h => h.Completed!.Epoch));
        Assert.All(heard, h => Assert.Equal(-h.Completed!.Tasks["New"].ValidationLoss, h.Completed.ValidationScore));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick, new Listener(_ => source.Cancel()), source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => fitted.Model.FitTask(fitted.Train, Task("binary"), cancellationToken: source.Token));
    }

    [Theory]
    [InlineData(3)] // nothing can be held out of so few
    [InlineData(40)]
    public void Users_without_events_among_those_to_learn_from_leave_all_scores_numbers(int users)
    {
        var rows = SampleUsers.Rows(users);
        (rows[1].Item, rows[1].Action, rows[1].Amount, rows[1].Time) = ([], [], [], []);
        using var extended = fitted.Model.FitTask(Keyed(rows), Task("binary"), s_quick);
        Assert.All(Views.Read(extended.Transform(fitted.Test), extended.GetOutputSchema(fitted.Test.Schema)["New.Score"]), r => Assert.True(float.IsFinite((float)r[0])));
        Assert.True(double.IsFinite(extended.FittedTasks[0].ValidationLoss) || users < 4);
    }

    [Fact]
    public void Who_listens_may_score_with_the_model_meanwhile()
    {
        var expected = Bits(fitted.Model.Transform(fitted.Test), ["Embedding"]);
        var heard = 0;
        using var extended = fitted.Model.FitTask(fitted.Train, Task("binary"), s_quick, new Listener(_ =>
        {
            heard++;
            Assert.Equal(expected, Bits(fitted.Model.Transform(fitted.Test), ["Embedding"]));
        }));
        Assert.Equal(2, heard);
    }

    private static LabeledTask Task(string kind, string name = "New") => kind switch
    {
        "binary" => new BinaryTask("Churned") { Name = name },
        "candidate" => new BinaryTask("Liked") { Name = name, CandidateColumn = "Candidate" },
        "multiclass" => new MulticlassTask("Gender") { Name = name },
        _ => new RegressionTask("Age") { Name = name },
    };

    private static List<int[]> Bits(IDataView view, string[] columns) =>
        Views.Read(view, [.. columns.Select(c => view.Schema[c])]).ConvertAll(row => row.SelectMany(Bits).ToArray());

    private static IEnumerable<int> Bits(object value) => value switch
    {
        object[] vector => vector.SelectMany(Bits),
        float number => [BitConverter.SingleToInt32Bits(number)],
        uint key => [(int)key],
        _ => [(bool)value ? 1 : 0],
    };

    // The first columns of a view that has more.
    private static void AssertEqualBits(List<int[]> expected, List<int[]> actual)
    {
        Assert.True(actual[0].Length > expected[0].Length);
        Assert.Equal(expected, actual.ConvertAll(row => row[..expected[0].Length]));
    }

    private IDataView Keyed(IReadOnlyList<UserRow> rows) =>
        SampleUsers.Keys(_ml).Fit(SampleUsers.View(_ml, 64)).Transform(_ml.Data.LoadFromEnumerable(rows));

    private PredictionEngine<UserRow, TOutput> Engine<TOutput>(ITransformer keys, SuperMoeTransformer model)
        where TOutput : class, new() =>
        _ml.Model.CreatePredictionEngine<UserRow, TOutput>(
            new TransformerChain<ITransformer>(keys, model), new PredictionEngineOptions { OwnsTransformer = false });

    private SuperMoeTransformer Reload(SuperMoeTransformer model)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, fitted.Train.Schema, stream);
        stream.Position = 0;
        return _ml.Model.Load(stream, out _).FindSuperMoe()!;
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private class OldOutputs
    {
        public float[] Embedding { get; set; } = [];

        [ColumnName("NextItem.Score")]
        public float[] Items { get; set; } = [];

        [ColumnName("Gender.Score")]
        public float[] Genders { get; set; } = [];

        [ColumnName("Age.Score")]
        public float Age { get; set; }

        [ColumnName("Churned.Probability")]
        public float Churned { get; set; }

        [ColumnName("Churned.PredictedLabel")]
        public bool Churns { get; set; }

        [ColumnName("Liked.Score")]
        public float Liked { get; set; }

        public int[] Bits() => [.. ((float[])[.. Embedding, .. Items, .. Genders, Age, Churned, Churns ? 1 : 0, Liked]).Select(BitConverter.SingleToInt32Bits)];
    }

    private sealed class AllOutputs : OldOutputs
    {
        [ColumnName("New.Score")]
        public float New { get; set; }
    }
}
