namespace SuperMoe.ML.Benchmarks.FitTask;

/// <summary>What the label-efficiency benchmark lets one choose beside the recipe.</summary>
internal sealed record FitTaskSettings
{
    /// <summary>The number of runs, each with a seed and test users of its own.</summary>
    public required int Seeds { get; init; }

    /// <summary>The shares of the training users whose label is known.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>How the new task is learned; the seed is the run's.</summary>
    public required FitTaskOptions Added { get; init; }

    /// <summary>Whether a model is trained from scratch for each share, too.</summary>
    public required bool Scratch { get; init; }
}
