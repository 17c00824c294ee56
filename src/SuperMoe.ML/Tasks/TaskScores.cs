namespace SuperMoe.ML.Tasks;

/// <summary>The outputs of one task for B users, at the front of arrays that may be longer.</summary>
internal sealed class TaskScores
{
    /// <summary>B × width numbers. Binary: the logit. Multiclass: the probabilities. Regression: the value. Next item: the top items' logits, best first.</summary>
    public required float[] Scores { get; init; }

    /// <summary>The numbers a user has in <see cref="Scores"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Next item: B × width item keys, best first; 0 where fewer items than asked for could be ranked. Otherwise empty.</summary>
    public int[] Items { get; init; } = [];
}
