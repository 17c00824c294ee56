namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>What a baseline learns from or is asked.</summary>
/// <param name="Events">The history.</param>
/// <param name="Candidate">The movie that is asked about; 0 is none.</param>
/// <param name="Label">The class from 0.</param>
internal sealed record BagExample(IEnumerable<MovieEvent> Events, int Candidate, int Label);
