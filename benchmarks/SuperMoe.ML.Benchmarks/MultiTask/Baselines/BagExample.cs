namespace SuperMoe.ML.Benchmarks.MultiTask.Baselines;

/// <summary>What a baseline learns from or is asked.</summary>
/// <param name="Items">What is in the bag, as often as it is.</param>
/// <param name="Candidate">The item that is asked about; 0 is none.</param>
/// <param name="Label">The class from 0, or the number to tell.</param>
internal sealed record BagExample(IEnumerable<int> Items, int Candidate, float Label);
