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
    /// <summary>
    /// The mean over seeds, with the interval of both chances, never narrower than that over seeds alone; no interval with a single seed, without groups, or where a value is NaN.
    /// </summary>
    /// <param name="whole">A seed's difference over all users.</param>
    /// <param name="without">A seed's differences without one group of users; all seeds have as many.</param>
    /// <param name="confidence">The level.</param>
    public static SeesawInterval Interval(IReadOnlyList<double> whole, IReadOnlyList<IReadOnlyList<double>> without, double confidence)
    {
        var overSeeds = SeesawInterval.Of(whole, confidence);
        var none = overSeeds with { Lower = double.NaN, Upper = double.NaN };
        var (seeds, groups) = (whole.Count, without.Min(w => w.Count));
        if (seeds < 2 || groups < 2 || without.Any(w => w.Count != groups)) { return none; }
        double[][] cells = [.. Enumerable.Range(0, seeds).Select(s => Cells(whole[s], without[s]))];
        double[] ofGroup = [.. Enumerable.Range(0, groups).Select(g => cells.Average(c => c[g]))];
        // A group that changes nothing, as nobody in it has a label, tells nothing of chance.
        var telling = Math.Max(2, Enumerable.Range(0, groups).Count(g => Enumerable.Range(0, seeds).Any(s => without[s][g] != whole[s])));
        var (seedDegrees, groupDegrees) = (seeds - 1, telling - 1);
        var bySeed = Variance([.. whole]) / seeds;
        var byGroup = Variance(ofGroup) / groups;
        var left = Left(cells, ofGroup) / (seeds * groups);
        var variance = Math.Max(bySeed + byGroup - left, Math.Max(bySeed, byGroup));
        if (double.IsNaN(variance)) { return none; }
        if (variance == 0) { return overSeeds; }
        // Satterthwaite's degrees of freedom of a sum of mean squares, in whole ones.
        var degrees = variance * variance / ((bySeed * bySeed / seedDegrees) + (byGroup * byGroup / groupDegrees) + (left * left / (seedDegrees * groupDegrees)));
        var half = Math.Max(
            overSeeds.Upper - overSeeds.Mean, StudentT.CriticalValue(confidence, Math.Max(1, (int)(degrees + 1e-6))) * Math.Sqrt(variance));
        return new SeesawInterval(overSeeds.Mean, overSeeds.Mean - half, overSeeds.Mean + half);
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
}
