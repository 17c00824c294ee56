namespace SuperMoe.ML.Data;

/// <summary>A column of the grouped view.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Source">The index within the event fields or the profile columns of the plan.</param>
internal readonly record struct OutputColumn(OutputKind Kind, int Source);
