using System.Numerics.Tensors;
using SuperMoe.ML.Tasks.Wide;

namespace SuperMoe.ML.Training.Added;

/// <summary>
/// Generalized linear models with a Gaussian prior on the weights: logistic for one output with classes, multinomial for more, and linear for numbers. The constant
/// is drawn to what the labels say of everybody alike. C features, O outputs.
/// </summary>
/// <param name="rows">The features of the users, in the order of <paramref name="targets"/>.</param>
/// <param name="targets">Per user, O: probabilities, or the number.</param>
/// <param name="outputs">O.</param>
/// <param name="isNumber">Whether targets are numbers.</param>
internal sealed class LinearModel(FeatureRows rows, double[] targets, int outputs, bool isNumber)
{
    private const int MostSteps = 200;
    private const double Tolerance = 1e-6;

    /// <summary>The number of weights: (C + 1) · O, the outputs of a feature side by side, the constants last.</summary>
    public int Size => (rows.Columns + 1) * outputs;

    /// <summary>The weights of the largest posterior.</summary>
    /// <param name="users">Who is learned from.</param>
    /// <param name="variance">Of the prior of a weight; that of the constants is 1.</param>
    /// <param name="start">Where to begin, unless with nothing but the constants.</param>
    public double[] Fit(IReadOnlyList<int> users, double variance, double[]? start = null)
    {
        var constants = Prior(users);
        var point = start is null ? new double[Size] : [.. start];
        if (start is null) { constants.CopyTo(point, rows.Columns * outputs); }
        return Lbfgs.Minimize((weights, gradient) => Posterior(users, weights, gradient, constants, variance), point, MostSteps, Tolerance);
    }

    /// <summary>The weights of the prior's mean: what the labels say of everybody alike, each class counted once more than it is there, and nothing of the features.</summary>
    public double[] Nothing(IReadOnlyList<int> users) => [.. new double[rows.Columns * outputs], .. Prior(users)];

    /// <summary>The sum of the losses over users, of weights on the way from some to others.</summary>
    /// <param name="users">The users.</param>
    /// <param name="from">Raw outputs, as <see cref="Outputs(IReadOnlyList{int}, double[])"/> gives them.</param>
    /// <param name="to">Others.</param>
    /// <param name="share">How far: 0 is <paramref name="from"/>, 1 is <paramref name="to"/>.</param>
    public double Loss(IReadOnlyList<int> users, double[] from, double[] to, double share)
    {
        var sums = new double[outputs];
        var loss = 0.0;
        for (var u = 0; u < users.Count; u++)
        {
            TensorPrimitives.Lerp(from.AsSpan(u * outputs, outputs), to.AsSpan(u * outputs, outputs), share, sums);
            loss += LossAndError(users[u], sums);
        }
        return loss;
    }

    /// <summary>The raw outputs for users, O each.</summary>
    public double[] Outputs(IReadOnlyList<int> users, double[] weights)
    {
        var all = new double[users.Count * outputs];
        for (var u = 0; u < users.Count; u++) { Outputs(users[u], weights, all.AsSpan(u * outputs, outputs)); }
        return all;
    }

    private void Outputs(int user, ReadOnlySpan<double> weights, Span<double> sums)
    {
        weights.Slice(rows.Columns * outputs, outputs).CopyTo(sums);
        rows.Multiply(user, weights, sums);
    }

    private double[] Prior(IReadOnlyList<int> users)
    {
        var sums = new double[outputs];
        foreach (var user in users) { TensorPrimitives.Add(sums, targets.AsSpan(user * outputs, outputs), sums); }
        if (isNumber) { return [.. sums.Select(s => s / users.Count)]; }
        return outputs == 1 ? [Math.Log((sums[0] + 1) / (users.Count - sums[0] + 1))] : [.. sums.Select(s => Math.Log((s + 1) / (users.Count + outputs)))];
    }

    // Over the number of users.
    private double Posterior(IReadOnlyList<int> users, ReadOnlySpan<double> weights, Span<double> gradient, double[] constants, double variance)
    {
        var linear = rows.Columns * outputs;
        var loss = TensorPrimitives.SumOfSquares(weights[..linear]) / (2 * variance);
        TensorPrimitives.Multiply(weights, 1 / variance, gradient);
        for (var o = 0; o < outputs; o++)
        {
            var away = weights[linear + o] - constants[o];
            gradient[linear + o] = away;
            loss += away * away / 2;
        }
        var sums = new double[outputs];
        foreach (var user in users)
        {
            Outputs(user, weights, sums);
            loss += LossAndError(user, sums);
            rows.MultiplyTransposed(user, sums, gradient);
            TensorPrimitives.Add(gradient[linear..], sums, gradient[linear..]);
        }
        TensorPrimitives.Divide(gradient, users.Count, gradient);
        return loss / users.Count;
    }

    // Outputs become the loss's gradient by them.
    private double LossAndError(int user, double[] sums)
    {
        var own = targets.AsSpan(user * outputs, outputs);
        if (isNumber)
        {
            TensorPrimitives.Subtract(sums, own, sums);
            return TensorPrimitives.SumOfSquares<double>(sums) / 2;
        }
        if (outputs == 1)
        {
            var z = sums[0];
            sums[0] = (1 / (1 + Math.Exp(-z))) - own[0];
            return Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (z * own[0]);
        }
        var most = TensorPrimitives.Max<double>(sums);
        var dot = TensorPrimitives.Dot<double>(sums, own);
        TensorPrimitives.Subtract(sums, most, sums);
        TensorPrimitives.Exp<double>(sums, sums);
        var total = TensorPrimitives.Sum<double>(sums);
        TensorPrimitives.Divide(sums, total, sums);
        TensorPrimitives.Subtract(sums, own, sums);
        return most + Math.Log(total) - dot;
    }
}
