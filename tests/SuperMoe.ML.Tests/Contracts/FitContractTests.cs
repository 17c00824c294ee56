using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SuperMoe.ML.Tests.Estimators;
using TorchSharp;

namespace SuperMoe.ML.Tests.Contracts;

/// <summary>How training behaves towards its caller.</summary>
public sealed class FitContractTests
{
    [Fact]
    public void Log_tells_of_the_data_and_of_every_epoch()
    {
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Info) { lock (lines) { lines.Add(e.Message); } } };
        using var model = ml.Transforms.SuperMoe(SampleUsers.Options()).Fit(SampleUsers.KeyedView(ml, 40));
        Assert.Contains(lines, l => l.Contains("40 users", StringComparison.Ordinal) && l.Contains("12 items", StringComparison.Ordinal));
        var epochs = lines.Where(l => l.Contains("Epoch ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, epochs.Count);
        Assert.All(new[] { "loss", "NextItem", "Gender", "Age", "Churned", "Liked", "events/s" }, t => Assert.Contains(t, epochs[0], StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_is_heard_and_every_epoch_is_completed_once()
    {
        var ml = new MLContext(1);
        var heard = new Listener();
        var options = SampleUsers.Options();
        options.Training.Progress = heard;
        using var model = ml.Transforms.SuperMoe(options).Fit(SampleUsers.KeyedView(ml, 40));
        Assert.Equal([1, 2], heard.Reports.Where(r => r.Completed is not null).Select(r => r.Completed!.Epoch));
        Assert.Equal(model.Report!.Epochs.Select(e => e.Loss), heard.Reports.Where(r => r.Completed is not null).Select(r => r.Completed!.Loss));
    }

    [Fact]
    public void Token_cancelled_in_an_epoch_stops_training_in_it()
    {
        var ml = new MLContext(1);
        using var source = new CancellationTokenSource();
        var options = SampleUsers.Options();
        options.Training.CancellationToken = source.Token;
        AssertStopsInEpoch(ml, options, source.Cancel);
    }

    [Fact]
    public void Context_cancelled_in_an_epoch_stops_training_in_it()
    {
        var ml = new MLContext(1);
        var cancel = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!;
        AssertStopsInEpoch(ml, SampleUsers.Options(), () => cancel.Invoke(ml, null));
    }

    [Fact]
    public void Token_cancelled_before_stops_reading()
    {
        var ml = new MLContext(1);
        var options = SampleUsers.Options();
        options.Training.CancellationToken = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Transforms.SuperMoe(options).Fit(SampleUsers.KeyedView(ml, 40)));
    }

    [Fact]
    public void Same_seed_gives_the_same_outputs_and_another_seed_others()
    {
        List<object[]> Embeddings(int contextSeed, int? seed)
        {
            var ml = new MLContext(contextSeed);
            var options = SampleUsers.Options();
            options.Training.Seed = seed;
            var users = SampleUsers.KeyedView(ml, 40);
            using var model = ml.Transforms.SuperMoe(options).Fit(users);
            var scored = model.Transform(users);
            return Views.Read(scored, scored.Schema["Embedding"]);
        }

        Views.AssertSameRows(Embeddings(1, null), Embeddings(1, null));
        Views.AssertSameRows(Embeddings(1, 3), Embeddings(2, 3));
        Assert.NotEqual(((object[])Embeddings(1, 3)[0][0])[0], ((object[])Embeddings(1, 4)[0][0])[0]);
        Assert.NotEqual(((object[])Embeddings(1, null)[0][0])[0], ((object[])Embeddings(2, null)[0][0])[0]);
    }

    [Fact]
    public void Torch_s_global_generator_is_left_as_found()
    {
        var ml = new MLContext(1);
        var users = SampleUsers.KeyedView(ml, 40);
        torch.manual_seed(77);
        using var first = torch.rand(3);
        torch.manual_seed(77);
        using var model = ml.Transforms.SuperMoe(SampleUsers.Options()).Fit(users);
        Views.Read(model.Transform(users), model.GetOutputSchema(users.Schema)["Embedding"]);
        using var second = torch.rand(3);
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }

    [SkippableFact]
    public void Gpu_that_is_not_there_is_an_error_or_the_CPU()
    {
        Skip.If(torch.cuda.is_available(), "This machine has CUDA.");
        var users = SampleUsers.KeyedView(new MLContext(1), 40);
        var strict = new MLContext(1) { GpuDeviceId = 0 };
        var error = Assert.Throws<InvalidOperationException>(() => strict.Transforms.SuperMoe(SampleUsers.Options()).Fit(users));
        Assert.Contains("GpuDeviceId is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("FallbackToCpu", error.Message, StringComparison.Ordinal);

        var lenient = new MLContext(1) { GpuDeviceId = 0, FallbackToCpu = true };
        var warnings = new List<string>();
        lenient.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Warning) { warnings.Add(e.Message); } };
        using var model = lenient.Transforms.SuperMoe(SampleUsers.Options()).Fit(users);
        Assert.Contains(warnings, w => w.Contains("CPU is used", StringComparison.Ordinal));

        using var stream = new MemoryStream();
        lenient.Model.Save(model, users.Schema, stream);
        stream.Position = 0;
        Assert.Contains("GpuDeviceId", Unwrapped(Assert.ThrowsAny<Exception>(() => strict.Model.Load(stream, out _))).Message, StringComparison.Ordinal);
        stream.Position = 0;
        Assert.NotNull(lenient.Model.Load(stream, out _));
    }

    [Fact]
    public void Short_overloads_train_what_they_name()
    {
        var ml = new MLContext(1);
        var users = SampleUsers.KeyedView(ml, 5);
        string[] Added(SuperMoeEstimator estimator) =>
            [.. estimator.GetOutputSchema(SuperMoe.ML.Interop.MLNetSchema.Shape(users.Schema)).Select(c => c.Name).Except(users.Schema.Select(c => c.Name))];

        Assert.Equal(["Embedding", "NextItem.Score", "NextItem.PredictedLabel"], Added(ml.Transforms.SuperMoe("Item")));
        Assert.Equal(["Embedding", "Age.Score"], Added(ml.Transforms.SuperMoe("Item", new RegressionTask("Age"))));
        Assert.Equal(["Embedding", "Age.Score"], Added(ml.Transforms.SuperMoe("Item", "Time", new RegressionTask("Age"))));
    }

    // Within an epoch progress is told every 100 ms or so, after a step: so the epoch has steps for several seconds, and is left at the first report.
    private static void AssertStopsInEpoch(MLContext ml, SuperMoeOptions options, Action cancel)
    {
        options.Training.BatchTokens = 1;
        var heard = new Listener { OnReport = _ => cancel() };
        options.Training.Progress = heard;
        var users = SampleUsers.KeyedView(ml, 4000);
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Transforms.SuperMoe(options).Fit(users));
        var last = Assert.Single(heard.Reports);
        Assert.Null(last.Completed);
        Assert.Equal(1, last.Epoch);
        Assert.InRange(last.Step, 1, last.Steps - 1);
    }

    private static Exception Unwrapped(Exception error) => error.InnerException is { } inner ? Unwrapped(inner) : error;

    private sealed class Listener : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public Action<TrainingProgress>? OnReport { get; set; }

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
