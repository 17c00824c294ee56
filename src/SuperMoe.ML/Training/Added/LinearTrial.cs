namespace SuperMoe.ML.Training.Added;

/// <summary>One way to fit the linear part, judged by users that are held out.</summary>
/// <param name="Variance">Of the prior of a weight.</param>
/// <param name="Share">How far the outputs go from what is known of everybody alike.</param>
/// <param name="Loss">The sum over the held-out users.</param>
/// <param name="Weights">As <see cref="LinearModel"/> has them, before the share.</param>
internal sealed record LinearTrial(double Variance, double Share, double Loss, double[] Weights);
