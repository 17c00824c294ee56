using System.Numerics.Tensors;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// Outputs as linear functions of sparse rows, with a quadratic penalty on all weights but the biases: convex, so that there is one answer. R columns, O outputs; weights are R × O numbers, then O
/// biases.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="labels">A label a row.</param>
/// <param name="columns">R.</param>
/// <param name="loss">The loss.</param>
internal sealed class LinearProblem(SparseRows rows, float[] labels, int columns, ILinearLoss loss)
{
    private readonly int _outputs = loss.Outputs;

    /// <summary>The number of rows.</summary>
    public int Count => rows.Count;

    /// <summary>Whether all rows have the same label.</summary>
    public bool HasOneLabel => labels.Length > 0 && labels.AsSpan().IndexOfAnyExcept(labels[0]) < 0;

    /// <summary>Weights that tell nothing but how the labels of <paramref name="chosen"/> rows are spread.</summary>
    public double[] Prior(int[] chosen) => [.. new double[columns * _outputs], .. loss.Prior(chosen.Select(r => labels[r]))];

    /// <summary>The weights that are best for all rows.</summary>
    /// <param name="strength">As below.</param>
    public double[] Fit(double strength)
    {
        int[] all = [.. Enumerable.Range(0, Count)];
        return Fit(all, strength, Prior(all));
    }

    /// <summary>The weights that are best for some rows.</summary>
    /// <param name="chosen">The rows.</param>
    /// <param name="strength">The penalty of a sum of squares of 2, beside the sum of the rows' losses.</param>
    /// <param name="start">Where to begin.</param>
    public double[] Fit(int[] chosen, double strength, double[] start) => Lbfgs.Minimize((at, slope) => Slope(chosen, strength, at, slope), start);

    /// <summary>The loss of a row.</summary>
    public double Loss(int row, ReadOnlySpan<double> weights)
    {
        Span<double> outputs = _outputs <= 64 ? stackalloc double[_outputs] : new double[_outputs];
        Outputs(row, weights, outputs);
        return loss.Slopes(outputs, labels[row]);
    }

    // Of the mean loss, so that the size of the numbers does not depend on that of the data.
    private double Slope(int[] chosen, double strength, ReadOnlySpan<double> weights, Span<double> slope)
    {
        var penalized = weights[..(columns * _outputs)];
        TensorPrimitives.Multiply(penalized, strength / chosen.Length, slope);
        slope[penalized.Length..].Clear();
        var value = strength / 2 * TensorPrimitives.SumOfSquares(penalized);
        var outputs = new double[_outputs];
        foreach (var row in chosen)
        {
            Outputs(row, weights, outputs);
            value += loss.Slopes(outputs, labels[row]);
            TensorPrimitives.Divide(outputs, chosen.Length, outputs);
            Spread(row, outputs, slope);
        }
        return value / chosen.Length;
    }

    private void Outputs(int row, ReadOnlySpan<double> weights, Span<double> outputs)
    {
        weights[(columns * _outputs)..].CopyTo(outputs);
        var places = rows.Columns(row);
        var values = rows.Values(row);
        for (var i = 0; i < places.Length; i++)
        {
            var own = weights.Slice(places[i] * _outputs, _outputs);
            for (var o = 0; o < own.Length; o++) { outputs[o] += values[i] * own[o]; }
        }
    }

    private void Spread(int row, ReadOnlySpan<double> slopes, Span<double> slope)
    {
        var biases = slope[(columns * _outputs)..];
        TensorPrimitives.Add(biases, slopes, biases);
        var places = rows.Columns(row);
        var values = rows.Values(row);
        for (var i = 0; i < places.Length; i++)
        {
            var own = slope.Slice(places[i] * _outputs, _outputs);
            for (var o = 0; o < own.Length; o++) { own[o] += values[i] * slopes[o]; }
        }
    }
}
