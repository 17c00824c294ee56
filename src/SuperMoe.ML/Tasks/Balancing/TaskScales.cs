namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>The factors of T tasks' gradients in one step.</summary>
/// <param name="Encoder">T: of the gradient at the encoder's output, for all before it; and of the gradients of task mixtures, if there are any.</param>
/// <param name="Heads">T: of the gradients of the task's head.</param>
internal sealed record TaskScales(double[] Encoder, double[] Heads)
{
    /// <summary>The same factors for both.</summary>
    public static TaskScales Of(double[] factors) => new(factors, factors);
}
