namespace SuperMoe.ML.Benchmarks.Conflict;

/// <summary>
/// The area under the ROC curve where not labels but their probabilities are known: the mean, weighted by p_i (1 - p_j) over pairs of different users, of whether i is scored above
/// j; equal scores count half.
/// </summary>
internal static class ExpectedAuc
{
    /// <param name="scores">One score a user, the higher the surer of a yes.</param>
    /// <param name="probabilities">One probability of a yes a user.</param>
    /// <returns>NaN where no pair has a weight.</returns>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<double> probabilities)
    {
        var (sorted, p) = (scores.ToArray(), probabilities.ToArray());
        Array.Sort(sorted, p);
        double wins = 0, pairs = 0, below = 0, all = p.Sum(q => 1 - q);
        for (int start = 0, end; start < p.Length; start = end)
        {
            double tied = 0;
            for (end = start; end < p.Length && sorted[end] == sorted[start]; end++) { tied += 1 - p[end]; }
            for (var i = start; i < end; i++)
            {
                wins += p[i] * (below + ((tied - (1 - p[i])) / 2));
                pairs += p[i] * (all - (1 - p[i])); // nobody is a pair with oneself
            }
            below += tied;
        }
        return pairs > 0 ? wins / pairs : double.NaN;
    }
}
