namespace SuperMoe.ML.Tasks.Wide;

/// <summary>A loss that is convex in a row's O outputs: minus the log-likelihood of the label.</summary>
internal interface ILinearLoss
{
    /// <summary>O.</summary>
    int Outputs { get; }

    /// <summary>The outputs, the same for all rows, that tell nothing but how labels are spread.</summary>
    double[] Prior(IEnumerable<float> labels);

    /// <summary>The loss of one row.</summary>
    /// <param name="outputs">O outputs; then the loss's slopes by them.</param>
    /// <param name="label">The label.</param>
    double Slopes(Span<double> outputs, float label);
}
