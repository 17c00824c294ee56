using System.Globalization;
using System.Numerics.Tensors;
using SuperMoe.ML.Interop;
using SuperMoe.ML.Tasks;
using TorchSharp;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// The linear part of an added task. By the loss over parts that are held out one after another it finds how strong the prior of the weights is, and how far to go from what is known
/// of everybody alike to what the weights say: few labels may rank users well long before they tell how far apart these are.
/// </summary>
internal sealed class LinearSearch
{
    // Where nothing can be held out, and what a handful of labels does not outweigh: a weak prior of the weights, which ranks users best, and a small share.
    private const double LikelyVariance = 10;
    private const double LikelyShare = 0.1;
    private const double VarianceCost = 2; // of the sum of losses, for each factor of 10
    private const double ShareCost = 2; // the same, for all of it

    private static readonly double[] s_variances = [0.1, 0.3, 1, 3, 10, 30, 100];
    private static readonly double[] s_shares = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1]; // 0 would rank nobody

    private readonly FrozenFeatures _features;
    private readonly LinearModel _model;
    private readonly double[][] _weights; // by part
    private readonly double _variance = LikelyVariance;
    private readonly double _share = LikelyShare;

    /// <param name="model">The frozen model.</param>
    /// <param name="request">The task.</param>
    /// <param name="batches">The labelled users.</param>
    /// <param name="folds">The parts that are held out, of all there are.</param>
    /// <exception cref="NonFiniteLossException">The loss is NaN or infinite.</exception>
    public LinearSearch(MultiTaskModel model, AddedTaskRequest request, FrozenBatches batches, int[][] folds)
    {
        var outputs = Math.Max(1, request.Classes);
        using var head = new FrozenHead(model.Encoder.Size, outputs, request.Data.Schema.ItemCount, request.Data.Candidates is [{ }]);
        head.to(request.Device);
        _features = new FrozenFeatures(model, head, batches);
        Scale = Moments(request);
        _model = new LinearModel(_features.Rows, Targets(request, outputs), outputs, request.Task is RegressionTask);
        _weights = new double[folds.Length][];
        if (folds.Length == 0) { return; }
        var trials = new List<LinearTrial>[folds.Length];
        SideBySide.Run(folds.Length, fold => trials[fold] = Try(request, folds[fold]));
        var (best, loss) = Enumerable.Range(0, trials[0].Count).Select(t => (Trial: t, Loss: trials.Sum(f => f[t].Loss) + Cost(trials[0][t]))).MinBy(t => t.Loss);
        if (!double.IsFinite(loss)) { throw new NonFiniteLossException(string.Create(CultureInfo.InvariantCulture, $"The loss of task '{request.Task.Name}' became {loss}")); }
        (_variance, _share) = (trials[0][best].Variance, trials[0][best].Share);
        for (var f = 0; f < folds.Length; f++) { _weights[f] = Shrunk(Rows(folds[f]), trials[f][best].Weights); }
    }

    /// <summary>The mean and the deviation of a number's labels; the linear part tells of standardized ones.</summary>
    public (double Mean, double Deviation) Scale { get; }

    /// <summary>Gives the weights to a task's head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="heldOut">The part that was not learned from; -1 is none.</param>
    public void Give(FrozenHead head, int heldOut) =>
        _features.Give(head, heldOut < 0 ? Shrunk(Rows([]), _model.Fit(Rows([]), _variance)) : _weights[heldOut]);

    private static double Cost(LinearTrial trial) => (VarianceCost * Math.Abs(Math.Log10(trial.Variance / LikelyVariance))) + (ShareCost * trial.Share);

    private double[] Shrunk(int[] users, double[] weights)
    {
        TensorPrimitives.Lerp<double>(_model.Nothing(users), weights, _share, weights);
        return weights;
    }

    private List<LinearTrial> Try(AddedTaskRequest request, int[] heldOut)
    {
        var training = Rows(heldOut);
        int[] validation = [.. Enumerable.Range(0, _features.Users.Count).Except(training)];
        var nothing = _model.Outputs(validation, _model.Nothing(training));
        var trials = new List<LinearTrial>();
        double[]? weights = null;
        foreach (var variance in s_variances)
        {
            request.CheckAlive();
            weights = _model.Fit(training, variance, weights);
            var outputs = _model.Outputs(validation, weights);
            trials.AddRange(s_shares.Select(share => new LinearTrial(variance, share, _model.Loss(validation, nothing, outputs, share), weights)));
        }
        return trials;
    }

    private int[] Rows(int[] heldOut)
    {
        var without = heldOut.ToHashSet();
        return [.. Enumerable.Range(0, _features.Users.Count).Where(r => !without.Contains(_features.Users[r]))];
    }

    private double[] Targets(AddedTaskRequest request, int outputs)
    {
        var targets = new double[_features.Users.Count * outputs];
        var smoothing = request.Task is MulticlassTask task ? task.LabelSmoothing : 0;
        for (var r = 0; r < _features.Users.Count; r++)
        {
            var label = request.Labels[_features.Users[r]];
            if (request.Task is not MulticlassTask)
            {
                targets[r] = request.Task is RegressionTask ? (label - Scale.Mean) / Scale.Deviation : label;
                continue;
            }
            targets.AsSpan(r * outputs, outputs).Fill(smoothing / outputs);
            targets[(r * outputs) + (int)label] += 1 - smoothing;
        }
        return targets;
    }

    private (double Mean, double Deviation) Moments(AddedTaskRequest request)
    {
        if (request.Task is not RegressionTask) { return (0, 1); }
        var moments = default(Data.Moments);
        foreach (var user in _features.Users) { moments.Add(request.Labels[user]); }
        return (moments.Mean, moments.Deviation > 0 ? moments.Deviation : 1);
    }
}
