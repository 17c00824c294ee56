using Microsoft.ML;

namespace SuperMoe.ML.Data;

/// <summary>A task's label column.</summary>
internal sealed record LabelColumn(DataViewSchema.Column Column, LabelKind Kind);
