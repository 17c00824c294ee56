namespace SuperMoe.ML.Tasks.Balancing;

/// <summary>Decides in each step how much each task's gradient counts.</summary>
internal interface ITaskBalancer
{
    /// <summary>The factors of this step.</summary>
    TaskScales Weigh(TaskSignals signals);

    /// <summary>Hears each task's mean training loss of an epoch; NaN for a task without labels.</summary>
    void EndEpoch(IReadOnlyList<double> losses);
}
