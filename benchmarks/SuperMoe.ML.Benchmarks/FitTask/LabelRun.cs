namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>A model, and a sample of labels in each of its folds.</summary>
/// <param name="Seed">The model's seed.</param>
/// <param name="Sample">The sample, from 0.</param>
internal sealed record LabelRun(int Seed, int Sample);
