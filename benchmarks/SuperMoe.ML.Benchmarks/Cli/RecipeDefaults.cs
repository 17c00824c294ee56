namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>The defaults in which the commands differ.</summary>
internal sealed record RecipeDefaults(double Minutes, int Epochs, int MaxLength, double Dropout, int BatchTokens, double LearningRate, int Patience);
