namespace SuperMoe.ML.Kernels;

/// <summary>Queries of one user that are multiplied at a time, at most <see cref="AttentionProducts.Queries"/>.</summary>
/// <param name="Token">The first one's row in what was projected.</param>
/// <param name="To">The first one's row in the result.</param>
/// <param name="Count">How many.</param>
/// <param name="Events">How many of the user's events the last one sees, but for those that are hidden.</param>
/// <param name="Latest">The latest event that the first one sees, each other seeing one more; -1: all see the same.</param>
/// <param name="Hidden">Where what is added to the first one's scores begins in what <see cref="AttentionWork.Hide"/> wrote.</param>
/// <param name="IsOfIndicators">Whether they are indicators', who see themselves as well.</param>
internal readonly record struct AttentionGroup(long Token, long To, int Count, int Events, int Latest, int Hidden, bool IsOfIndicators);
