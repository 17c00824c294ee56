namespace SuperMoe.ML;

/// <summary>
/// One user's labels of the tasks that pull against each other (<see cref="ShopOptions.Conflict"/>), each with its ideal score: what one who knows the user's hidden
/// tastes would say. Labels are Single, so that NaN can hide them.
/// </summary>
public sealed class ShopConflictUser
{
    /// <summary>Gets or sets the user, such as <c>U00042</c>.</summary>
    public string UserId { get; set; } = "";

    /// <summary>Gets or sets the label that the others are set against: 1 or 0.</summary>
    public float Anchor { get; set; }

    /// <summary>Gets or sets the probability that <see cref="Anchor"/> is 1.</summary>
    public float AnchorIdeal { get; set; }

    /// <summary>Gets or sets a label of the anchor's own taste factor, drawn apart: 1 or 0.</summary>
    public float Aligned { get; set; }

    /// <summary>Gets or sets the probability that <see cref="Aligned"/> is 1.</summary>
    public float AlignedIdeal { get; set; }

    /// <summary>Gets or sets a label of another factor: 1 or 0.</summary>
    public float Independent { get; set; }

    /// <summary>Gets or sets the probability that <see cref="Independent"/> is 1.</summary>
    public float IndependentIdeal { get; set; }

    /// <summary>Gets or sets a label that goes with the anchor at a conflict of 0, and at 1 with or against it, as a further factor decides: 1 or 0.</summary>
    public float Opposed { get; set; }

    /// <summary>Gets or sets the probability that <see cref="Opposed"/> is 1.</summary>
    public float OpposedIdeal { get; set; }

    /// <summary>Gets or sets an amount, whose noise grows with the conflict.</summary>
    public float Noisy { get; set; }

    /// <summary>Gets or sets the mean of <see cref="Noisy"/>.</summary>
    public float NoisyIdeal { get; set; }

    /// <summary>Gets or sets a label that is the rarer the stronger the conflict: 1 or 0.</summary>
    public float Rare { get; set; }

    /// <summary>Gets or sets the probability that <see cref="Rare"/> is 1.</summary>
    public float RareIdeal { get; set; }
}
