using SuperMoe.ML.Interop;
using SuperMoe.ML.Model;
using SuperMoe.ML.Tasks.Sharing;
using SuperMoe.ML.Tasks.Wide;
using static TorchSharp.torch;

namespace SuperMoe.ML.Tasks;

/// <summary>
/// A head over a user's embedding and the task's own indicator: one hidden layer, then linear. With a candidate item it also sees the item's vector
/// and its product with the indicator. Where tasks have no indicators, the task's mixture of the embedding stands for both. Beside this network the head may have a wide part, which takes no part in training.
/// B users, m labels, D model, O outputs.
/// </summary>
internal abstract class UserHead : TaskHead
{
    private readonly Dense _hidden;
    private readonly Dense _output;
    private readonly Dense? _candidate;
    private readonly TaskMixture? _mixture;
    private readonly double _dropout;

    protected UserHead(LabeledTask task, int size, int outputs, bool candidate, double dropout, Generator generator, TaskMixture? mixture)
        : base(task)
    {
        _mixture = mixture;
        _dropout = dropout;
        _candidate = candidate ? new Dense(size, size, generator) : null;
        _hidden = new Dense(((mixture is null ? 2 : 1) + (candidate ? 2 : 0)) * size, size, generator);
        _output = new Dense(size, outputs, generator);
        if (_candidate is not null) { register_module("candidate", _candidate); }
        register_module("hidden", _hidden);
        register_module("output", _output);
    }

    /// <summary>Whether the head needs a candidate item.</summary>
    public bool HasCandidate => _candidate is not null;

    /// <summary>The outputs beside those of the network; <see langword="null"/> without.</summary>
    public WidePart? Wide { get; private set; }

    /// <summary>What the head's raw outputs mean for the user, as numbers.</summary>
    /// <param name="input">The states of B users.</param>
    /// <param name="candidates">(B) int64 items, for a head with candidates.</param>
    /// <returns>(B, O).</returns>
    public Tensor Predict(TaskInput input, Tensor? candidates) => Transform(Whole(input, candidates, Outputs(input, null, candidates)));

    /// <summary>What the user reads, (m, O), and the mean loss, of raw outputs for the labels present.</summary>
    public (Tensor Predictions, Tensor Loss) PredictAndLoss(Tensor outputs, Tensor labels) => (Transform(outputs), Loss(outputs, labels));

    /// <summary>(m, O): the raw outputs of the network alone, for the labels present.</summary>
    public Tensor NetworkOutputs(TaskInput input, TaskLabels labels) => Outputs(input, labels.Rows, labels.Candidates);

    /// <summary>Gives the head a wide part.</summary>
    public void Add(WidePart wide)
    {
        Wide = wide;
        register_module("wide", wide);
    }

    /// <summary>The loss as the wide part's solver takes it.</summary>
    public abstract ILinearLoss LinearLoss();

    /// <summary>Makes the raw outputs 0 for everybody, for training to begin from <see cref="TaskInput.Beginning"/>.</summary>
    public void BeginAtZero()
    {
        using var noGrad = no_grad();
        var (weight, bias) = _output.Weights;
        weight.zero_();
        bias.zero_();
    }

    /// <summary>Metrics by name, the primary one first; for that one, higher is better. NaN where undefined.</summary>
    /// <param name="predictions">n × O outputs as the user reads them.</param>
    /// <param name="labels">n labels.</param>
    public abstract IReadOnlyDictionary<string, double> Metrics(float[] predictions, float[] labels);

    /// <inheritdoc/>
    public sealed override Tensor Loss(TaskInput input, TaskLabels labels) => Loss(Outputs(input, labels.Rows, labels.Candidates), labels.Values);

    /// <summary>The mean loss of raw outputs, (m, O), against labels, (m).</summary>
    protected abstract Tensor Loss(Tensor outputs, Tensor labels);

    /// <summary>Raw outputs, (n, O), as the user reads them.</summary>
    protected abstract Tensor Transform(Tensor outputs);

    /// <summary>
    /// With a wide part, the mean logarithm of the probability of what was true; otherwise <see langword="null"/>. Some dozen labels count right answers too coarsely: one user more or less would outweigh what other
    /// tasks gain in an epoch. A network alone is too sure of itself for its log-loss to be compared; weighed against a wide part it is not.
    /// </summary>
    protected double? CalibratedSkill(IReadOnlyDictionary<string, double> metrics) => Wide is null ? null : -metrics["LogLoss"];

    private Tensor Whole(TaskInput input, Tensor? candidates, Tensor network) =>
        Wide is null ? network : Wide.Blend(Wide.Outputs(input.Sequence!, candidates), network);

    private Tensor Outputs(TaskInput input, Tensor? rows, Tensor? candidates)
    {
        var embedding = Pick(input.Embedding);
        var own = _mixture?.Of(embedding, input.Random) ?? Pick(input.Indicator!); // (n, D)
        List<Tensor> features = _mixture is null ? [embedding, own] : [own];
        if (_candidate is not null)
        {
            var item = _candidate.forward(input.Items.Lookup(candidates!, input.Random, input.AllItems));
            features.AddRange([item, item * own]);
        }
        var hidden = nn.functional.gelu(_hidden.forward(features.Count == 1 ? features[0] : cat(features, -1))); // of (n, D) to (n, 4 D)
        var outputs = _output.forward(input.Random is null ? hidden : input.Random.Dropout(hidden, _dropout));
        return input.Beginning is null ? outputs : outputs.Plus(Pick(input.Beginning));

        Tensor Pick(Tensor states) => rows is null ? states : states.index_select(0, rows);
    }
}
