namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>What the multi-task benchmark lets one choose beside the recipe.</summary>
internal sealed record MultiTaskSettings
{
    /// <summary>The number of user folds.</summary>
    public const int AllFolds = 5;

    /// <summary>The folds to run, from 0; with fewer than all, labels of users that a fold hides are judged for their users only.</summary>
    public required int Folds { get; init; }

    /// <summary>The share of rows whose labels validation keeps.</summary>
    public required double Validation { get; init; }

    /// <summary>The training rows with a Like label that each user has.</summary>
    public required int LikeRows { get; init; }

    /// <summary>The events before the candidate that such a row holds.</summary>
    public required int LikeHistory { get; init; }

    /// <summary>How the ratings of past events are seen.</summary>
    public required RatingField Rating { get; init; }

    /// <summary>Whether items have attributes: movies their genres, Beauty's products their categories and brand.</summary>
    public required bool Genres { get; init; }

    /// <summary>Whether events have their time.</summary>
    public required bool Times { get; init; }

    /// <summary>The training rows with labels that each user of Beauty has.</summary>
    public int LabelRows { get; init; } = 1;

    /// <summary>The seeds, from the recipe's own on.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The tasks to train together; none stands for all.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Whether simpler methods are run too.</summary>
    public bool Baselines { get; init; } = true;
}
