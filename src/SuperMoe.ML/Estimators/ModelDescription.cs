using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>All of a trained model but its weights.</summary>
/// <param name="Options">The options it was made with; its tasks are those trained at once, then those added.</param>
/// <param name="Schema">What its users and events consist of.</param>
/// <param name="Labels">Per task; <see langword="null"/> for a task that is not multiclass.</param>
internal sealed record ModelDescription(SuperMoeOptions Options, BehaviorSchema Schema, IReadOnlyList<LabelVocabulary?> Labels)
{
    /// <summary>The tasks that were added after training: the last of the options' tasks.</summary>
    public IReadOnlyList<AddedTaskDescription> Added { get; init; } = [];

    /// <summary>The number of tasks that were trained at once.</summary>
    public int TrainedTasks => Options.Tasks.Count - Added.Count;
}
