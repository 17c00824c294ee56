namespace SuperMoe.ML;

/// <summary>
/// What tasks share, and what each has of its own. <see cref="Indicators"/> is this library's model; the others are the usual answers of the literature on the same
/// encoder, for comparison under equal conditions: with them no task has a token of its own in the encoder, and all heads start from the universal embedding's state.
/// </summary>
public enum TaskSharing
{
    /// <summary>Each task has an indicator token of its own, which attends to the events and chooses its experts in every block.</summary>
    Indicators,

    /// <summary>Shared bottom (Caruana 1997): one network over the embedding's state for all tasks, and a tower for each.</summary>
    SharedBottom,

    /// <summary>Multi-gate mixture of experts (Ma et al. 2018): one expert more than there are tasks, for each task a softmax gate over all of them, and a tower.</summary>
    Mmoe,

    /// <summary>
    /// Progressive layered extraction (Tang et al. 2020): one extraction layer and the final layer of customized gate control, each with one shared expert and one of
    /// each task's own, and a tower for each task.
    /// </summary>
    Ple,
}
