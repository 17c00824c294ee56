namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>What the conflict benchmark lets one choose beside the recipe.</summary>
internal sealed record ConflictSettings
{
    /// <summary>The strengths of conflict, each from 0 to 1.</summary>
    public required double[] Levels { get; init; }

    /// <summary>The seeds; each makes a shop and a training of its own.</summary>
    public required int Seeds { get; init; }

    /// <summary>The users of a shop, of whom every second one is judged.</summary>
    public required int Users { get; init; }

    /// <summary>The mean number of a user's purchases.</summary>
    public required int Purchases { get; init; }

    /// <summary>The tasks, alone and together.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>The ways to train them together; the plain sum is always among them.</summary>
    public required TaskBalancing[] Strategies { get; init; }
}
