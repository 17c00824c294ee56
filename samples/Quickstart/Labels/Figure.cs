namespace Quickstart.Labels;

/// <summary>How good one contender is at one task.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">Its value on users, or events, that were kept from training.</param>
/// <param name="HigherIsBetter">Whether more is better.</param>
internal sealed record Figure(string Metric, double Value, bool HigherIsBetter = true);
