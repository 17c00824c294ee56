namespace SuperMoe.ML;

/// <summary>How the tokens of one block were spread over its experts.</summary>
/// <param name="Block">The block's index; 0 is the first.</param>
/// <param name="Groups">The kinds of token: <c>Events</c>, the embedding column's name, then each task's name.</param>
/// <param name="Shares">For each kind of token, the share of its assignments that each expert received; a row sums to 1, or is all 0 without tokens.</param>
public sealed record ExpertLoad(int Block, IReadOnlyList<string> Groups, IReadOnlyList<IReadOnlyList<double>> Shares);
