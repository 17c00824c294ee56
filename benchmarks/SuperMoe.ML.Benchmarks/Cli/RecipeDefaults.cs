namespace SuperMoe.ML.Benchmarks.Cli;

/// <summary>The defaults in which the commands differ; all others are the library's.</summary>
internal sealed record RecipeDefaults(double Minutes, int Epochs, int MaxLength, double Dropout, double LearningRate)
{
    /// <summary>The architecture's sizes.</summary>
    public SuperMoeModelOptions Sizes { get; init; } = new();

    /// <summary>The library's own defaults.</summary>
    public static RecipeDefaults OfLibrary(double minutes)
    {
        var (model, training) = (new SuperMoeModelOptions(), new TrainingOptions());
        return new(minutes, training.Epochs, model.MaxLength, model.Dropout, training.LearningRate);
    }
}
