namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>Whom the caller wants told.</summary>
/// <param name="Runs">Of runs.</param>
/// <param name="Training">Of every training.</param>
internal sealed record SeesawListeners(IProgress<SeesawProgress>? Runs, IProgress<TrainingProgress>? Training);
