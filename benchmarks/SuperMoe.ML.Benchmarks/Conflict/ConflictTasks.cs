namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>The tasks of <see cref="ShopConflictUser"/>.</summary>
internal static class ConflictTasks
{
    public static readonly string[] Names =
    [
        nameof(ShopConflictUser.Anchor), nameof(ShopConflictUser.Aligned), nameof(ShopConflictUser.Independent),
        nameof(ShopConflictUser.Opposed), nameof(ShopConflictUser.Noisy), nameof(ShopConflictUser.Rare),
    ];

    /// <summary>The task of a label.</summary>
    public static SuperMoeTask Task(string name) => name == nameof(ShopConflictUser.Noisy) ? new RegressionTask(name) : new BinaryTask(name);

    /// <summary>The ideal score of a user: a probability, or the mean of the amount.</summary>
    public static double Ideal(string name, ShopConflictUser user) => name switch
    {
        nameof(ShopConflictUser.Anchor) => user.AnchorIdeal,
        nameof(ShopConflictUser.Aligned) => user.AlignedIdeal,
        nameof(ShopConflictUser.Independent) => user.IndependentIdeal,
        nameof(ShopConflictUser.Opposed) => user.OpposedIdeal,
        nameof(ShopConflictUser.Noisy) => user.NoisyIdeal,
        nameof(ShopConflictUser.Rare) => user.RareIdeal,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, $"Allowed are {string.Join(", ", Names)}."),
    };

    /// <summary>
    /// How good scores are, free of the chance in who happened to get which label: of a yes or no the AUC that is to be expected by the ideal probabilities, of the amount
    /// the correlation with the ideal score.
    /// </summary>
    public static double Quality(string name, ReadOnlySpan<double> scores, ReadOnlySpan<double> ideals) =>
        name == nameof(ShopConflictUser.Noisy) ? Correlation.Of(scores, ideals) : ExpectedAuc.Of(scores, ideals);
}
