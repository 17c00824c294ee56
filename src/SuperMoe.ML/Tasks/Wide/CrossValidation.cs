using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Picks the strength of a linear problem's penalty by cross-validation, from strong to weak, until the held-out loss rises.</summary>
internal static class CrossValidation
{
    private const int Folds = 5;

    // In units of one row's loss: the weights' prior variance is 1 / strength, and bags have length 1.
    private static readonly double[] s_strengths = [100, 31.6, 10, 3.16, 1, 0.316, 0.1];

    /// <summary>The weights of the best strength, fitted on all rows.</summary>
    /// <param name="problem">The problem, its rows in random order.</param>
    /// <returns><see langword="null"/> where no strength is better than the spread of labels alone by more than the standard error of that.</returns>
    public static double[]? Fit(LinearProblem problem)
    {
        if (problem.Count < 2 * Folds) { return null; }
        int[] all = [.. Enumerable.Range(0, problem.Count)];
        int[][] kept = [.. Enumerable.Range(0, Folds).Select(f => all.Where(r => r % Folds != f).ToArray())];
        double[][] weights = [.. kept.Select(problem.Prior)];
        var prior = Losses(problem, weights);
        var (best, chosen) = (prior, double.NaN);
        foreach (var strength in s_strengths)
        {
            SideBySide.Run(Folds, f => weights[f] = problem.Fit(kept[f], strength, weights[f]));
            var losses = Losses(problem, weights);
            if (losses.Sum() >= best.Sum()) { break; }
            (best, chosen) = (losses, strength);
        }
        return IsBetter(prior, best) ? problem.Fit(all, chosen, problem.Prior(all)) : null;
    }

    private static double[] Losses(LinearProblem problem, double[][] weights) => [.. Enumerable.Range(0, problem.Count).Select(r => problem.Loss(r, weights[r % Folds]))];

    private static bool IsBetter(double[] before, double[] after)
    {
        double[] gains = [.. before.Zip(after, (b, a) => b - a)];
        var mean = gains.Average();
        var variance = gains.Sum(g => (g - mean) * (g - mean)) / (gains.Length - 1);
        return mean > Math.Sqrt(variance / gains.Length);
    }
}
