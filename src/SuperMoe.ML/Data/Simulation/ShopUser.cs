namespace SuperMoe.ML;

/// <summary>One user of a simulated shop.</summary>
public sealed class ShopUser
{
    /// <summary>Gets or sets the user, such as <c>U00042</c>.</summary>
    public string UserId { get; set; } = "";

    /// <summary>Gets or sets the gender, <c>F</c> or <c>M</c>: a label.</summary>
    public string Gender { get; set; } = "";

    /// <summary>Gets or sets the age in whole years, 18 to 80: a label.</summary>
    public float Age { get; set; }

    /// <summary>Gets or sets whether the user buys nothing in the <see cref="ShopOptions.ChurnDays"/> after the log: a label.</summary>
    public bool Churned { get; set; }

    /// <summary>Gets or sets the segment that a survey put the user in, one of four: a label to try embeddings on that were trained without it.</summary>
    public string Segment { get; set; } = "";

    /// <summary>Gets or sets the region, one of six: known of every user.</summary>
    public string Region { get; set; } = "";

    /// <summary>Gets or sets the age of the user's account in days at the end of the log: known of every user.</summary>
    public float AccountAgeDays { get; set; }
}
