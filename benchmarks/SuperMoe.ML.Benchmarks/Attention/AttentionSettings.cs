namespace SuperMoe.ML.Benchmarks.Attention;

/// <summary>What attention is measured with.</summary>
/// <param name="Events">Events of a batch.</param>
/// <param name="Indicators">Indicator tokens of a user.</param>
/// <param name="Hidden">Size of states.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Repeats">Calls of one measurement.</param>
/// <param name="Seed">Of weights and states.</param>
internal sealed record AttentionSettings(int Events, int Indicators, int Hidden, int Heads, int Repeats, int Seed);
