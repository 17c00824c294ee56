namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>Decides in each step how much each task counts.</summary>
internal interface ITaskBalancer
{
    /// <summary>
    /// T factors of the coming step, for the encoder and the heads alike, where they do not depend on its gradients: the step then needs one backward pass of
    /// the weighted sum and nothing else. <see langword="null"/> where they do.
    /// </summary>
    double[]? Ahead { get; }

    /// <summary>Hears of each step, and decides on it.</summary>
    /// <param name="signals">The losses; and the gradients' products, unless <see cref="Ahead"/> made them superfluous.</param>
    /// <returns>The factors of this step: those of <see cref="Ahead"/>, where there were any.</returns>
    TaskScales Weigh(TaskSignals signals);

    /// <summary>Hears each task's mean training loss of an epoch; NaN for a task without labels.</summary>
    void EndEpoch(IReadOnlyList<double> losses);
}
