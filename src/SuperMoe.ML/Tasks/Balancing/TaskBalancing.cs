namespace SuperMoe.ML;

/// <summary>
/// How the gradients of several tasks become one at the shared encoder. Every strategy but <see cref="Fixed"/> looks at the tasks' losses, or at their
/// gradients at the encoder's output, never over all weights, so that it costs little more than the plain sum. A task's <see cref="SuperMoeTask.Weight"/> counts in all of them.
/// </summary>
public enum TaskBalancing
{
    /// <summary>The sum of the losses, each times its task's weight.</summary>
    Fixed,

    /// <summary>Each loss is divided by an uncertainty that is learned (Kendall, Gal and Cipolla 2018).</summary>
    Uncertainty,

    /// <summary>Dynamic weight average: losses that fell least from the epoch before last to the last one weigh most (Liu, Johns and Davison 2019, equation 7).</summary>
    DynamicWeightAverage,

    /// <summary>GradNorm: weights are learned so that tasks which lag behind have the larger gradients (Chen et al. 2018, equation 2).</summary>
    GradNorm,

    /// <summary>PCGrad: of two gradients that conflict, each loses its part against the other (Yu et al. 2020, algorithm 1).</summary>
    PCGrad,

    /// <summary>
    /// Losses count by their logarithm, and all tasks' gradients are brought to the length of the longest (after DB-MTL, Lin et al. 2023; lengths, not gradients, are
    /// averaged over the steps).
    /// </summary>
    LogLoss,
}
