using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>A task that is to be added to a trained model.</summary>
/// <param name="Task">The task.</param>
/// <param name="Classes">The number of classes of a multiclass task, otherwise 0.</param>
/// <param name="Data">Labelled users, with the labels and candidates of this task alone.</param>
/// <param name="Options">How to learn; with a seed.</param>
/// <param name="Progress">Hears of every epoch.</param>
/// <param name="CheckAlive">Called before each step, from several threads; throws to stop.</param>
internal sealed record AddedTaskJob(
    LabeledTask Task, int Classes, BehaviorDataset Data, FitTaskOptions Options, IProgress<TrainingProgress> Progress, Action CheckAlive);
