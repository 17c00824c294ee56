using SuperMoe.ML.Data;

namespace SuperMoe.ML.Estimators;

/// <summary>What a model remembers of a multiclass task's label column, so that scoring needs none.</summary>
/// <param name="Classes">The number of classes.</param>
/// <param name="Values">The classes' values, where the label's keys had any.</param>
internal sealed record LabelVocabulary(int Classes, KeyVocabulary? Values);
