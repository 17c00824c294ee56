namespace SuperMoe.ML;

/// <summary>One share of <see cref="ExpertUse"/>.</summary>
public sealed class ExpertUseRow
{
    /// <summary>Gets or sets the block's index; 0 is the first.</summary>
    /// <value>The default value is 0.</value>
    public int Block { get; set; }

    /// <summary>Gets or sets the kind of token: <c>Events</c>, the embedding column's name, or a task's name.</summary>
    /// <value>The default value is empty.</value>
    public string Tokens { get; set; } = "";

    /// <summary>Gets or sets the expert; 0 is the first.</summary>
    /// <value>The default value is 0.</value>
    public int Expert { get; set; }

    /// <summary>Gets or sets the share of the assignments of tokens of this kind that the expert received.</summary>
    /// <value>From 0 to 1. The default value is 0.</value>
    public float Share { get; set; }
}
