namespace SuperMoe.ML.Benchmarks.Transform;

/// <summary>What a stage of scoring costs for a user.</summary>
/// <param name="Microseconds">Time.</param>
/// <param name="Bytes">Managed memory allocated.</param>
internal sealed record StageCost(double Microseconds, double Bytes);
