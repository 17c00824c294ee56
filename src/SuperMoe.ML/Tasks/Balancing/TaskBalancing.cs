namespace SuperMoe.ML;

/// <summary>
/// How the gradients of several tasks become one at the shared encoder. <see cref="Fixed"/>, <see cref="Uncertainty"/> and <see cref="DynamicWeightAverage"/> look at
/// losses only, and cost nothing beyond the plain sum. The others look at each task's gradient at the encoder's output, never over all weights (as in Sener and Koltun
/// 2018), and cost a backward pass of each head. A task's <see cref="SuperMoeTask.Weight"/> is a factor in all of them. One task alone is trained as it is.
/// </summary>
public enum TaskBalancing
{
    /// <summary>The sum of the losses, each times its task's weight.</summary>
    Fixed,

    /// <summary>
    /// Each loss is divided by an uncertainty that is learned (Kendall, Gal and Cipolla 2018, equations 7 and 10), so that labels count alike whatever their losses' size.
    /// The next item keeps its task's weight.
    /// </summary>
    Uncertainty,

    /// <summary>Dynamic weight average: losses that fell least from the epoch before last to the last one weigh most (Liu, Johns and Davison 2019, equation 7).</summary>
    DynamicWeightAverage,

    /// <summary>GradNorm: weights are learned so that tasks which lag behind have the larger gradients (Chen et al. 2018, equation 2).</summary>
    GradNorm,

    /// <summary>PCGrad: of two gradients that conflict, each loses its part against the other (Yu et al. 2020, algorithm 1).</summary>
    PCGrad,

    /// <summary>
    /// DB-MTL: losses count by their logarithm, and all tasks' gradients are brought to the length of the longest (Dual-Balancing for Multi-Task Learning,
    /// Lin et al. 2023). Lengths, not gradients, are averaged over the steps.
    /// </summary>
    DualBalancing,
}
