namespace SuperMoe.ML.Benchmarks.MultiTask;

/// <summary>How the model sees the ratings of past events.</summary>
internal enum RatingField
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>An embedding for each of the five.</summary>
    Key,

    /// <summary>A number.</summary>
    Number,
}
