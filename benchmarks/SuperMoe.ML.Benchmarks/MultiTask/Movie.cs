namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>A movie.</summary>
internal sealed record Movie(int Id, string[] Genres);
