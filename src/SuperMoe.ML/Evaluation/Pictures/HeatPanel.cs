namespace SuperMoe.ML.Evaluation.Pictures;

/// <summary>One table of a <see cref="HeatMap"/>.</summary>
/// <param name="Title">What stands over it.</param>
/// <param name="Rows">R names.</param>
/// <param name="Columns">C names.</param>
/// <param name="Values">R × C, from 0 to 1.</param>
internal sealed record HeatPanel(string Title, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Values);
