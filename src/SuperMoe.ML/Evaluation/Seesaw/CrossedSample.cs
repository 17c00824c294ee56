namespace SuperMoe.ML.Evaluation.Seesaw;

/// <summary>
/// A difference that chance enters in two ways: by the seed that a model was trained with, and by the users that it was judged on. Every seed's
/// models are judged on the same users, so that the two are crossed, and the variance of the mean is that of a two-way layout with random rows and
/// columns (Searle, Casella and McCulloch 1992, chapter 4): the mean squares of seeds and of groups, less that of what is left, over all cells.
/// A metric need not be a mean over users: its cells are the pseudo-values of the grouped jackknife (Tukey 1958; Efron and Tibshirani 1993, chapter 11),
/// G times the difference over all users less G - 1 times that without a group.
/// </summary>
internal static class CrossedSample
{
    /// <summary>The mean over seeds, with the interval of both chances; no interval with a single seed, without groups, or where a value is NaN.</summary>
    /// <param name="whole">A seed's difference over all users.</param>
    /// <param name="without">A seed's differences without one group of users; all seeds have as many.</param>
    /// <param name="confidence">The level.</param>
    public static SeesawInterval Interval(IReadOnlyList<double> whole, IReadOnlyList<IReadOnlyList<double>> without, double confidence)
    {
        var mean = whole.Average();
        var (seeds, groups) = (whole.Count, without.Min(w => w.Count));
        if (seeds < 2 || groups < 2) { return new SeesawInterval(mean, double.NaN, double.NaN); }
        double[] ofSeed = [.. whole];
        double[][] cells = [.. Enumerable.Range(0, seeds).Select(s => Cells(whole[s], without[s]))];
        double[] ofGroup = [.. Enumerable.Range(0, groups).Select(g => cells.Average(c => c[g]))];
        var bySeed = Variance(ofSeed) / seeds;
        var byGroup = Variance(ofGroup) / groups;
        var variance = Math.Max(bySeed + byGroup - (Left(cells, ofGroup) / (seeds * groups)), Math.Max(bySeed, byGroup));
        if (double.IsNaN(variance)) { return new SeesawInterval(mean, double.NaN, double.NaN); }
        var half = StudentT.CriticalValue(confidence, Degrees(bySeed, seeds - 1, byGroup, groups - 1)) * Math.Sqrt(variance);
        return new SeesawInterval(mean, mean - half, mean + half);
    }

    private static double[] Cells(double whole, IReadOnlyList<double> without) =>
        [.. without.Select(w => (without.Count * whole) - ((without.Count - 1) * w))];

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }

    // The mean square of cells less their seed's and their group's mean.
    private static double Left(double[][] cells, double[] ofGroup)
    {
        double sum = 0, all = ofGroup.Average();
        foreach (var seed in cells)
        {
            var mean = seed.Average();
            for (var g = 0; g < seed.Length; g++)
            {
                var rest = seed[g] - mean - ofGroup[g] + all;
                sum += rest * rest;
            }
        }
        return sum / ((cells.Length - 1) * (ofGroup.Length - 1));
    }

    // Satterthwaite's of a sum of variances, in whole degrees.
    private static int Degrees(double first, int firstDegrees, double second, int secondDegrees)
    {
        var sum = first + second;
        if (sum == 0) { return firstDegrees; }
        var degrees = sum * sum / ((first * first / firstDegrees) + (second * second / secondDegrees));
        return Math.Max(1, (int)degrees);
    }
}
