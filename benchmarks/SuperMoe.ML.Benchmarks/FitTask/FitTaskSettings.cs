namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>What the label-efficiency benchmark lets one choose beside the recipe.</summary>
internal sealed record FitTaskSettings
{
    /// <summary>The number of seeds: each makes a model and samples of labels of its own.</summary>
    public required int Seeds { get; init; }

    /// <summary>The number of samples of labels for each model.</summary>
    public required int Samples { get; init; }

    /// <summary>The shares of the training users whose label is known.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>The bottleneck of the new task's adapters.</summary>
    public required int Adapter { get; init; }

    /// <summary>The new task's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The largest number of epochs of the new task.</summary>
    public required int Epochs { get; init; }

    /// <summary>Whether a model is trained from scratch for each share of the first sample, too.</summary>
    public required bool Scratch { get; init; }

    /// <summary>How the new task is learned.</summary>
    public FitTaskOptions Added(int seed) => new() { Adapter = Adapter, LearningRate = LearningRate, Epochs = Epochs, Seed = seed };
}
