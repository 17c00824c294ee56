using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>All of a trained model but its weights.</summary>
/// <param name="Options">The options it was made with.</param>
/// <param name="Schema">What its users and events consist of.</param>
/// <param name="Labels">Per task; <see langword="null"/> for a task that is not multiclass.</param>
internal sealed record ModelDescription(SuperMoeOptions Options, BehaviorSchema Schema, IReadOnlyList<LabelVocabulary?> Labels);
