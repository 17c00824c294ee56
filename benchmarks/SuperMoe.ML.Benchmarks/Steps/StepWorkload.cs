using SuperMoe.ML.Data;
using SuperMoe.ML.Tasks;
using SuperMoe.ML.Tasks.Balancing;
using SuperMoe.ML.Training;
using TorchSharp;

namespace SuperMoe.ML.Benchmarks.Steps;

/// <summary>
/// Training steps (tensors, encoder, losses, backward, update, average of the weights) of the base model on made-up users of one length. Batches are packed
/// beforehand, which training does on another thread. Items are popular by rank (as likely to be of rank 1 to 10 as of 10 to 100), and popular ones lie
/// anywhere in the table; labels are drawn by chance.
/// </summary>
internal sealed class StepWorkload : IDisposable
{
    private const int Batches = 32;
    private const int Classes = 6; // of a multiclass task
    private const long Scatter = 2_654_435_761; // a prime: multiplication by it, modulo the number of items, mixes ranks

    private readonly StepSettings _settings;
    private readonly MultiTaskModel _model;
    private readonly RandomSources _random;
    private readonly Training.Optimizer _optimizer;
    private readonly WeightAverage _average;
    private readonly TrainingStep _step;
    private readonly int _users;
    private int _next;

    private readonly TrainingBatch[] _batches;

    public StepWorkload(int items, IReadOnlyList<SuperMoeTask> tasks, StepSettings settings, torch.Device device, TaskBalancing balancing = TaskBalancing.Fixed)
    {
        _settings = settings;
        _users = Math.Max(1, settings.BatchTokens / settings.Length);
        var request = new TrainingRequest
        {
            Data = Data(items, _users * Batches, tasks, settings),
            Model = settings.Model(),
            Training = new TrainingOptions { ValidationFraction = 0 },
            Tasks = tasks,
            Classes = [.. tasks.Select(t => t is MulticlassTask ? Classes : 0)],
            EmbeddingName = "Embedding",
            Seed = settings.Seed,
            Device = device,
        };
        var split = new UserSplit(request.Data, request.Training, HasNextItem(tasks), new Random(settings.Seed));
        _model = ModelSetup.Create(request, split);
        _model.to(device);
        if (_model.NextItem is { } next)
        {
            next.Compute = PrecisionChoice.OfLogits(request.Training.Precision, device);
            next.Prepare(ModelSetup.ItemCounts(request.Data, split), onlySeen: false, device);
        }
        _random = new RandomSources(settings.Seed, request);
        _optimizer = new Training.Optimizer(_model, request.Training);
        _average = new WeightAverage(_model, request.Training.WeightAveraging);
        _step = new TrainingStep(_model, request, _optimizer, _random, TaskBalancers.Of(balancing, _model.Heads, settings.Seed));
        var inputs = new BatchBuilder(request.Data, request.Model.MaxLength, device);
        var labels = new LabelBuilder(request.Data, split, request.Model.MaxLength);
        _batches = [.. Enumerable.Range(0, Batches).Select(_ => new TrainingBatch(tasks.Count, TrainingBatch.ShardsOf(request)))];
        for (var b = 0; b < Batches; b++) { _batches[b].Fill([.. Enumerable.Range(b * _users, _users)], inputs, labels, request.Tasks, split); }
    }

    /// <summary>Input events of <see cref="Run"/>.</summary>
    public int Tokens => _users * _settings.Length * _settings.Steps;

    /// <summary>Runs the steps of one measurement, each on another batch.</summary>
    public void Run()
    {
        for (var s = 0; s < _settings.Steps; s++)
        {
            _step.Run(_batches[_next], 1e-3);
            _average.Update();
            _next = (_next + 1) % Batches;
        }
    }

    public void Dispose()
    {
        _average.Dispose();
        _optimizer.Dispose();
        _random.Dispose();
        _model.Dispose();
    }

    private static bool HasNextItem(IReadOnlyList<SuperMoeTask> tasks) => tasks.Any(t => t is NextItemTask);

    private static BehaviorDataset Data(int items, int users, IReadOnlyList<SuperMoeTask> tasks, StepSettings settings)
    {
        var random = new Random(settings.Seed);
        var length = settings.Length + (HasNextItem(tasks) ? 1 : 0); // then the last event is only a target
        var sequence = new int[users * length];
        for (var e = 0; e < sequence.Length; e++)
        {
            var rank = Math.Min((long)Math.Pow(items, random.NextDouble()), items) - 1;
            sequence[e] = 1 + (int)(rank * Scatter % items);
        }
        return new BehaviorDataset
        {
            Schema = new BehaviorSchema(items, [], [], HasTime: false, ProfileSize: 0),
            Offsets = [.. Enumerable.Range(0, users + 1).Select(u => u * length)],
            Items = sequence,
            Labels = [.. tasks.Select(t => Labels(t, users, random))],
            Candidates = [.. tasks.Select(_ => (int[]?)null)],
        };
    }

    private static float[]? Labels(SuperMoeTask task, int users, Random random) => task switch
    {
        NextItemTask => null,
        MulticlassTask => [.. Enumerable.Range(0, users).Select(_ => (float)random.Next(Classes))],
        RegressionTask => [.. Enumerable.Range(0, users).Select(_ => random.NextSingle())],
        _ => [.. Enumerable.Range(0, users).Select(_ => (float)random.Next(2))],
    };
}
