using System.Globalization;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Kernels;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// One added task that learns by gradients, on all parts of the labelled users but one: its token, adapters and head, whose outputs begin at 0 and are added to those of the
/// linear part. Of the encoder nothing changes.
/// </summary>
internal sealed class AddedTaskRun : IDisposable
{
    private const int LeastSteps = 10; // of an epoch
    private const double Averaging = 0.95;

    private readonly MultiTaskModel _model;
    private readonly AddedTaskRequest _request;
    private readonly FrozenBatches _batches;
    private readonly int[] _training;
    private readonly int[] _validation;
    private readonly Random _order;
    private readonly RandomSource _random;
    private readonly FusedAdamW _matrices;
    private readonly FusedAdamW _others;
    private readonly WeightAverage _average;
    private readonly WeightSnapshot _snapshot;
    private readonly Tensor[] _parameters;
    private bool _taken;

    /// <param name="model">The frozen model.</param>
    /// <param name="request">The task.</param>
    /// <param name="batches">The labelled users.</param>
    /// <param name="linear">What the outputs begin with.</param>
    /// <param name="heldOut">The part to measure on; -1 is none.</param>
    public AddedTaskRun(MultiTaskModel model, AddedTaskRequest request, FrozenBatches batches, LinearSearch linear, int heldOut)
    {
        (_model, _request, _batches) = (model, request, batches);
        _training = batches.Of(fold => fold != heldOut);
        _validation = batches.Of(fold => fold == heldOut);
        var seed = unchecked(request.Seed + heldOut + 2);
        _order = new Random(seed);
        _random = new RandomSource(seed, request.Device);
        Task = Create(linear, heldOut);
        _parameters = [.. Task.parameters()];
        _matrices = new FusedAdamW(_parameters.Where(p => p.dim() > 1), request.Options.WeightDecay);
        _others = new FusedAdamW(_parameters.Where(p => p.dim() == 1), 0);
        _average = new WeightAverage(Task, Averaging);
        _snapshot = new WeightSnapshot(Task);
    }

    /// <summary>What learns.</summary>
    public AddedTask Task { get; }

    /// <summary>The events looked at in an epoch.</summary>
    public long Events => Passes * _training.Sum(b => _batches.Users(b).Sum(u => (long)Math.Min(_request.Data.Length(u), _request.Model.MaxLength)));

    /// <summary>The steps of an epoch.</summary>
    public int Steps => _training.Length * Passes;

    // So that an epoch has steps enough to tell it from the one before.
    private int Passes => (LeastSteps + _training.Length - 1) / _training.Length;

    /// <summary>Learns for an epoch.</summary>
    /// <returns>The mean loss.</returns>
    /// <exception cref="NonFiniteLossException">A loss or the gradient is NaN or infinite.</exception>
    public double Epoch()
    {
        using var alone = ThreadShare.Enter(1); // small operations
        double loss = 0;
        long count = 0;
        for (var pass = 0; pass < Passes; pass++)
        {
            int[] order = [.. _training];
            _order.Shuffle(order);
            foreach (var batch in order)
            {
                _request.CheckAlive();
                var users = _batches.Users(batch).Length;
                loss += Step(batch) * users;
                count += users;
            }
        }
        return loss / count;
    }

    /// <summary>Asks the averaged weights about the part that is held out.</summary>
    public TaskValidation Validate()
    {
        using var alone = ThreadShare.Enter(1);
        using var noGrad = no_grad();
        _average.Swap();
        var result = new TaskValidation();
        foreach (var batch in _validation)
        {
            _request.CheckAlive();
            using var scope = NewDisposeScope();
            var (input, labels) = Encode(_batches[batch], null);
            var (predictions, loss) = Task.Head.PredictAndLoss(Task.Head.NetworkOutputs(input, labels), labels.Values);
            result.Predictions.AddRange(predictions.cpu().contiguous().data<float>().ToArray());
            result.Labels.AddRange(_batches.Users(batch).Select(u => _request.Labels[u]));
            result.Add(loss.item<float>(), labels.Count);
        }
        _average.Swap();
        return result;
    }

    /// <summary>Makes the averaged weights the task's own.</summary>
    public void Finish() => _average.Swap();

    /// <summary>Keeps the averaged weights of now, to go back to.</summary>
    public void Remember()
    {
        _average.Swap();
        _snapshot.Take();
        _average.Swap();
    }

    /// <summary>Makes the weights that <see cref="Remember"/> kept the task's own.</summary>
    public void Recall() => _snapshot.Restore();

    /// <summary>Hands the task over.</summary>
    public AddedTask Take()
    {
        _taken = true;
        return Task;
    }

    /// <summary>Gives back what training needs, and the task unless it was taken.</summary>
    public void Dispose()
    {
        _random.Dispose();
        _matrices.Dispose();
        _others.Dispose();
        _average.Dispose();
        _snapshot.Dispose();
        if (!_taken) { Task.Dispose(); }
    }

    private AddedTask Create(LinearSearch linear, int heldOut)
    {
        using var generator = new Generator((ulong)_request.Seed);
        var task = new AddedTask(_request.Task, _request.Classes, _request.Data.Schema.ItemCount, _request.Model, _request.Options.Adapter, generator);
        task.Token.BeginAs(_model.Encoder);
        task.Head.BeginAtZero();
        linear.Give(task.Linear, heldOut);
        if (task.Head is RegressionHead regression)
        {
            using var noGrad = no_grad();
            regression.Standardize(linear.Scale.Mean, linear.Scale.Deviation);
        }
        task.to(_request.Device);
        foreach (var weight in task.state_dict().Values) { weight.DetachFromDisposeScope(); }
        return task;
    }

    private (TaskInput Input, TaskLabels Labels) Encode(FrozenBatch batch, RandomSource? random)
    {
        var indicator = Task.Token.Encode(_model.Encoder, batch.Seen, random);
        using var noGrad = no_grad();
        var beginning = Task.Linear.Apply(_model.Encoder, batch.Embedding, batch.Seen, batch.Labels.Candidates);
        return (new TaskInput { Embedding = batch.Embedding, Indicator = indicator, Beginning = beginning, Items = _model.Encoder.Items, Random = random }, batch.Labels);
    }

    private double Step(int batch)
    {
        using var scope = NewDisposeScope();
        var (input, labels) = Encode(_batches[batch], _random);
        var loss = Task.Head.Loss(input, labels);
        loss.backward();
        var norm = FusedAdamW.GradientNorm(_parameters.Select(p => p.grad).OfType<Tensor>());
        var (value, slope) = (loss.item<float>(), norm.item<float>());
        if (!float.IsFinite(value)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The loss of task '{_request.Task.Name}' became {value}")); }
        if (!float.IsFinite(slope)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The norm of the gradient became {slope}")); }
        var scale = norm.clamp(min: Scalars.Of(1.0)); // clipped at 1
        _matrices.Step(_request.Options.LearningRate, scale);
        _others.Step(_request.Options.LearningRate, scale);
        Task.zero_grad();
        _average.Update();
        return value;
    }
}
