using System.Numerics.Tensors;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Of a class from 0, by a logit for each.</summary>
/// <param name="classes">The number of classes.</param>
internal sealed class SoftmaxLoss(int classes) : ILinearLoss
{
    /// <inheritdoc/>
    public int Outputs => classes;

    /// <inheritdoc/>
    public double[] Prior(IEnumerable<float> labels)
    {
        var counts = new double[classes];
        counts.AsSpan().Fill(0.5); // Jeffreys: finite for a class that is not there
        foreach (var label in labels) { counts[(int)label]++; }
        var mean = counts.Average(Math.Log);
        return [.. counts.Select(c => Math.Log(c) - mean)];
    }

    /// <inheritdoc/>
    public double Slopes(Span<double> outputs, float label)
    {
        var highest = TensorPrimitives.Max<double>(outputs);
        var own = outputs[(int)label] - highest;
        TensorPrimitives.Subtract(outputs, highest, outputs);
        TensorPrimitives.Exp<double>(outputs, outputs);
        var sum = TensorPrimitives.Sum<double>(outputs);
        TensorPrimitives.Divide(outputs, sum, outputs);
        outputs[(int)label]--;
        return Math.Log(sum) - own;
    }
}
