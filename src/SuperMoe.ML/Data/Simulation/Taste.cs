namespace SuperMoe.ML.Data;

/// <summary>One latent taste: what those who have it buy, and who they tend to be.</summary>
/// <param name="Categories">phi: the share of each category in purchases out of this taste.</param>
/// <param name="Female">The logit of being a woman.</param>
/// <param name="Age">The mean age in years.</param>
/// <param name="Leaving">The logit of losing interest.</param>
/// <param name="Regions">The share of each region.</param>
internal sealed record Taste(double[] Categories, double Female, double Age, double Leaving, double[] Regions);
