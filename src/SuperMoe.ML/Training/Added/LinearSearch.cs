using SuperMoe.ML.Interop;
using SuperMoe.ML.Tasks;
using TorchSharp;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// The linear part of an added task: how strong its prior is, by the loss over the parts that are held out one after another, and its weights without each of these parts.
/// </summary>
internal sealed class LinearSearch
{
    private const double BlindVariance = 0.1; // where nothing can be held out

    // From a prior that hardly moves to one that hardly holds.
    private static readonly double[] s_variances = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    private readonly FrozenFeatures _features;
    private readonly LinearModel _model;
    private readonly double[][] _weights; // by part
    private readonly double _variance = BlindVariance;

    /// <param name="model">The frozen model.</param>
    /// <param name="request">The task.</param>
    /// <param name="batches">The labelled users.</param>
    /// <param name="folds">The parts that are held out, of all there are.</param>
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
        var fits = new (double[] Weights, double Loss)[folds.Length][];
        SideBySide.Run(folds.Length, fold => fits[fold] = Fits(request, folds[fold]));
        var best = Enumerable.Range(0, s_variances.Length).MinBy(v => folds.Select((fold, f) => fits[f][v].Loss * fold.Length).Sum());
        var loss = fits.Sum(f => f[best].Loss);
        if (!double.IsFinite(loss)) { throw new NonFiniteLossException($"The loss of task '{request.Task.Name}' became {loss}"); }
        _variance = s_variances[best];
        for (var f = 0; f < folds.Length; f++) { _weights[f] = fits[f][best].Weights; }
    }

    /// <summary>The mean and the deviation of a number's labels; the linear part tells of standardized ones.</summary>
    public (double Mean, double Deviation) Scale { get; }

    /// <summary>Gives the weights to a task's head.</summary>
    /// <param name="head">On the processor.</param>
    /// <param name="heldOut">The part that was not learned from; -1 is none.</param>
    public void Give(FrozenHead head, int heldOut) => _features.Give(head, heldOut < 0 ? _model.Fit(Rows([]), _variance) : _weights[heldOut]);

    private (double[] Weights, double Loss)[] Fits(AddedTaskRequest request, int[] heldOut)
    {
        var (training, validation) = (Rows(heldOut), Enumerable.Range(0, _features.Users.Count).Except(Rows(heldOut)).ToArray());
        var fits = new (double[] Weights, double Loss)[s_variances.Length];
        for (var v = 0; v < fits.Length; v++)
        {
            request.CheckAlive();
            var weights = _model.Fit(training, s_variances[v], v > 0 ? fits[v - 1].Weights : null);
            fits[v] = (weights, _model.Loss(validation, weights));
        }
        return fits;
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
