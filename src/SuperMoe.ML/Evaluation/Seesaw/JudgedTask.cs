namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>A task and the metric that judges it.</summary>
internal sealed record JudgedTask(string Name, string Metric, bool HigherIsBetter);
