using System.Diagnostics;
using System.Globalization;
using SuperMoe.ML.Benchmarks.Cli;
using SuperMoe.ML.Benchmarks.Reporting;
using SuperMoe.ML.Benchmarks.Sequence;
using SuperMoe.ML.Data;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Benchmarks.Profile;

/// <summary>Tells where the time of a training step goes: trains two epochs with the library's own parts and a clock between them; of shards side by side, the first one's.</summary>
internal sealed class ProfileBenchmark(Recipe recipe, TextWriter output)
{
    private readonly SortedDictionary<string, double> _seconds = [];
    private readonly Stopwatch _clock = new();
    private readonly Device _device = device(recipe.Device);

    /// <summary>Runs the benchmark; the last line written is the JSON object.</summary>
    /// <exception cref="DataFileException">The file is missing or ill-formed.</exception>
    public void Run(string path)
    {
        NativeLibraries.EnsureLoaded();
        var request = new TrainingRequest
        {
            Data = Data(SequenceFile.Read(path)),
            Model = recipe.Model(),
            Training = recipe.Training(TimeSpan.MaxValue, new Progress<TrainingProgress>()),
            Tasks = [recipe.NextItem()],
            Classes = [0],
            EmbeddingName = "Embedding",
            Seed = recipe.Seed,
            Device = _device,
        };
        var split = new UserSplit(request.Data, request.Training, nextItem: true, new Random(recipe.Seed));
        using var model = ModelSetup.Create(request, split);
        model.to(_device);
        var next = model.NextItem!;
        next.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, _device);
        next.Compute = PrecisionChoice.OfLogits(request.Training.Precision, _device);
        using var random = new RandomSources(recipe.Seed, request);
        using var optimizer = new Training.Optimizer(model, request.Training);
        using var average = new WeightAverage(model, request.Training.WeightAveraging);
        var step = new TrainingStep(model, request, optimizer, random) { Ended = stage => Add(Name(stage)) };
        Epoch(request, split, step, average);
        _seconds.Clear();
        var (events, steps) = Epoch(request, split, step, average);
        Report(Path.GetFileName(path), events, steps);
    }

    private (long Events, int Steps) Epoch(TrainingRequest request, UserSplit split, TrainingStep step, WeightAverage average)
    {
        var inputs = new BatchBuilder(request.Data, request.Model.MaxLength, CPU);
        var labels = new LabelBuilder(request.Data, split, request.Model.MaxLength);
        var batches = BatchPlanner.Plan(
            [.. Enumerable.Range(0, request.Data.Count)], u => Math.Min(split.TrainingInputLength(u), request.Model.MaxLength), request.Training.BatchTokens).ToArray();
        new Random(recipe.Seed).Shuffle(batches);
        using var loader = new BatchLoader(batches, (users, batch) => batch.Fill(users, inputs, labels, request.Tasks, split), BatchLoader.Buffers(request));
        long events = 0;
        foreach (var _ in batches)
        {
            _clock.Restart();
            var batch = loader.Take();
            events += batch.Events;
            Add("1 waiting for the batch");
            step.Run(batch, request.Training.LearningRate);
            Add("9 disposal of the step's tensors");
            loader.Return(batch);
            average.Update();
            Add("A average of the weights");
        }
        return (events, batches.Length);
    }

    private void Add(string stage)
    {
        if (_device.type == DeviceType.CUDA) { cuda.synchronize(_device); }
        _seconds[stage] = _seconds.GetValueOrDefault(stage) + _clock.Elapsed.TotalSeconds;
        _clock.Restart();
    }

    private static string Name(StepStage stage) => stage switch
    {
        StepStage.Input => "2 tensors from the batch",
        StepStage.Encoder => "3 encoder, forward",
        StepStage.Loss => "4 heads and loss, with the softmax's gradients",
        StepStage.Backward => "5 backward",
        StepStage.Sum => "6 waiting for other shards, sum of the gradients",
        StepStage.Figures => "7 norm of the gradient, figures",
        _ => "8 optimizer, balance of the routers",
    };

    private void Report(string data, long events, int steps)
    {
        var total = _seconds.Values.Sum();
        foreach (var (stage, seconds) in _seconds)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage[2..],-50} {1e6 * seconds / events,8:0.00} us an event {seconds / total,7:0.0%}"));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps} steps, {events} events, {events / total:0} events a second"));
        output.WriteLine(JsonLine.Of("profile", recipe.Seed, recipe, new Dictionary<string, object?>
        {
            ["data"] = data,
            ["steps"] = steps,
            ["eventsPerSecond"] = events / total,
            ["microsecondsPerEvent"] = _seconds.ToDictionary(s => s.Key[2..], s => 1e6 * s.Value / events),
            ["shares"] = _seconds.ToDictionary(s => s.Key[2..], s => s.Value / total),
        }));
    }

    // Each user's sequence without its last item, as the training of `sequence` sees it; items in ascending order are 1 to V.
    private static BehaviorDataset Data(SequenceFile file)
    {
        var items = file.Items();
        var sequences = file.Users.Select(u => u.Items[..^1]).ToArray();
        var offsets = new int[sequences.Length + 1];
        for (var u = 0; u < sequences.Length; u++) { offsets[u + 1] = offsets[u] + sequences[u].Length; }
        return new BehaviorDataset
        {
            Schema = new BehaviorSchema(items.Length, [], [], HasTime: false, ProfileSize: 0),
            Offsets = offsets,
            Items = [.. sequences.SelectMany(s => s.Select(i => 1 + Array.BinarySearch(items, i)))],
            KeyFields = [],
            NumberFields = [],
            Times = null,
            Profiles = [],
            Labels = [null],
            Candidates = [null],
        };
    }
}
