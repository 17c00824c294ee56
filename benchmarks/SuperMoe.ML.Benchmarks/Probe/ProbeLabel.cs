namespace SuperMoe.ML.Benchmarks.Probe;

/// <summary>A label that is left out of training.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Width">As <see cref="MultiTask.Pool"/> knows it.</param>
internal sealed record ProbeLabel(string Task, int Width);
