namespace SuperMoe.ML.Tasks.Wide;

/// <summary>How a linear problem is to be solved.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Strength">The strength of the penalty.</param>
/// <param name="Share">How far the outputs go from the spread of labels to what the weights say.</param>
internal sealed record PenalizedFit(LinearProblem Problem, double Strength, double Share)
{
    /// <summary>The weights that are best for all rows.</summary>
    public double[] Weights() => Problem.Fit(Strength, Share);
}
