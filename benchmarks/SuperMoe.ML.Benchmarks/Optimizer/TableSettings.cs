namespace SuperMoe.ML.Benchmarks.Optimizer;

/// <summary>What steps of tables are measured on.</summary>
/// <param name="Ids">Ids that a step looks up.</param>
/// <param name="Size">Numbers of a row.</param>
/// <param name="Steps">Steps of one measurement.</param>
/// <param name="Seed">Seed of weights, ids and gradients.</param>
internal sealed record TableSettings(int Ids, int Size, int Steps, int Seed);
