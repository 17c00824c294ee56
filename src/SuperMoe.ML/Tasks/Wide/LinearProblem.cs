using System.Numerics.Tensors;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// Outputs as linear functions of sparse rows, with a quadratic penalty: convex, so that there is one answer. R columns, O outputs; weights are R × O numbers, then O
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
    /// <param name="share">How far they go from those that tell nothing (0) to the best (1).</param>
    public double[] Fit(double strength, double share)
    {
        int[] all = [.. Enumerable.Range(0, Count)];
        var prior = Prior(all);
        var weights = Fit(all, strength, prior);
        TensorPrimitives.Lerp<double>(prior, weights, share, weights);
        return weights;
    }

    /// <summary>The weights that are best for some rows.</summary>
    /// <param name="chosen">The rows.</param>
    /// <param name="strength">The penalty of a sum of squares of 2, beside the sum of the rows' losses. That of the biases' distance from <see cref="Prior"/> is 1.</param>
    /// <param name="start">Where to begin.</param>
    public double[] Fit(int[] chosen, double strength, double[] start) => Lbfgs.Minimize(Slope(chosen, strength, loss.Prior(chosen.Select(r => labels[r]))), start);

    /// <summary>The losses of a row, by outputs between those that tell nothing and those of some weights.</summary>
    /// <param name="row">The row.</param>
    /// <param name="prior">What <see cref="Prior"/> gave: the outputs at 0, the same for all rows.</param>
    /// <param name="weights">Those of the outputs at 1.</param>
    /// <param name="shares">Where between them.</param>
    /// <param name="losses">One for each share.</param>
    public void Losses(int row, ReadOnlySpan<double> prior, ReadOnlySpan<double> weights, ReadOnlySpan<double> shares, Span<double> losses)
    {
        Span<double> memory = _outputs <= 64 ? stackalloc double[2 * _outputs] : new double[2 * _outputs];
        Span<double> outputs = memory[.._outputs], between = memory[_outputs..];
        Outputs(row, weights, outputs);
        for (var s = 0; s < shares.Length; s++)
        {
            TensorPrimitives.Lerp<double>(prior[(columns * _outputs)..], outputs, shares[s], between);
            losses[s] = loss.Slopes(between, labels[row]);
        }
    }

    // Of the mean loss, so that the size of the numbers does not depend on that of the data.
    private Lbfgs.Function Slope(int[] chosen, double strength, double[] prior) => (weights, slope) =>
    {
        var (count, value) = (columns * _outputs, 0.0);
        TensorPrimitives.Multiply(weights[..count], strength / chosen.Length, slope);
        value += strength / 2 * TensorPrimitives.SumOfSquares(weights[..count]);
        for (var o = 0; o < prior.Length; o++) // a class without labels would else go to minus infinity
        {
            var distance = weights[count + o] - prior[o];
            slope[count + o] = distance / chosen.Length;
            value += distance * distance / 2;
        }
        var outputs = new double[_outputs];
        foreach (var row in chosen)
        {
            Outputs(row, weights, outputs);
            value += loss.Slopes(outputs, labels[row]);
            TensorPrimitives.Divide(outputs, chosen.Length, outputs);
            Spread(row, outputs, slope);
        }
        return value / chosen.Length;
    };

    private void Outputs(int row, ReadOnlySpan<double> weights, Span<double> outputs)
    {
        weights[(columns * _outputs)..].CopyTo(outputs);
        var places = rows.Columns(row);
        var values = rows.Values(row);
        for (var i = 0; i < places.Length; i++)
        {
            var own = weights.Slice(places[i] * _outputs, _outputs);
            TensorPrimitives.MultiplyAdd(own, values[i], outputs, outputs);
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
            TensorPrimitives.MultiplyAdd(slopes, values[i], own, own);
        }
    }
}
