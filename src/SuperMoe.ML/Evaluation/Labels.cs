namespace SuperMoe.ML.Evaluation;

/// <summary>What all evaluations ask of their input.</summary>
internal static class Labels
{
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void CheckLengths(long scores, long expected)
    {
        if (scores != expected) { throw new ArgumentException($"There are {scores} scores, but the labels need {expected}."); }
    }
}
