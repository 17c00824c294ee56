namespace SuperMoe.ML.Benchmarks.Moe;

/// <summary>Median milliseconds of forward and backward.</summary>
/// <param name="Experts">E.</param>
/// <param name="TopK">K.</param>
/// <param name="Size">D.</param>
/// <param name="Type">The type of the matrix products.</param>
/// <param name="Largest">Assignments of the busiest expert, in times of the mean.</param>
/// <param name="Dense">The dense network, in the faster of two ways: by all threads together, or, as in training, a part of the tokens by each.</param>
/// <param name="Sparse">Router and experts, in the faster of the same ways.</param>
/// <param name="Loop">A plain loop over the experts, with the same router.</param>
/// <param name="Ratio">Sparse over dense.</param>
/// <param name="Limit">The most that the ratio may be.</param>
internal sealed record MoeResult(
    int Experts, int TopK, int Size, string Type, double Largest, double Dense, double Sparse, double Loop, double Ratio, double Limit);
