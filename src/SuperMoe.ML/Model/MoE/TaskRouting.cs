namespace SuperMoe.ML;

/// <summary>
/// What routers know of the task whose indicator token they route. Events are routed without any of it, so that their states do not depend on which tasks exist.
/// </summary>
public enum TaskRouting
{
    /// <summary>Nothing but the token's state, in which the task's own learned vector is: one router for all tokens.</summary>
    Shared,

    /// <summary>
    /// In each block, an indicator's logits get a learned vector of its own added, a number for each expert, which selection and gates both follow from. This is a task's
    /// vector times the router's matrix, with a vector for each block. The universal embedding's indicator has one, too. They start at 0, where they change nothing.
    /// </summary>
    Conditioned,

    /// <summary>
    /// In each block, a task's indicator has a selection bias beside that of all tokens: a number for each expert that decides with the probability who is selected and
    /// never enters a gate, as in balancing without an auxiliary loss (Wang et al. 2024; DeepSeek-V3). There a bias moves against an expert's load; here it moves, by
    /// <see cref="MoeOptions.BiasStep"/> after each training step, up for the experts that the router gives the task's tokens a higher probability for than those of all tasks on
    /// average, and down for the others, within 2 / E. Experts are still balanced over all tokens by their common bias. The embedding's indicator is no task and has none.
    /// </summary>
    SelectionBias,
}
