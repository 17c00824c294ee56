using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>Picks the strength of a linear problem's penalty by cross-validation, from strong to weak, until the held-out loss has risen twice.</summary>
internal static class CrossValidation
{
    private const int Folds = 5;
    private const int MostRises = 2;

    // In units of one row's loss: the weights' prior variance is 1 / strength, and bags have length 1 where nothing comes twice.
    private static readonly double[] s_strengths = [31.6, 10, 3.16, 1, 0.316, 0.1];

    /// <summary>The best strength.</summary>
    /// <param name="problem">The problem, its rows in random order.</param>
    /// <returns><see langword="null"/> where none is better than the spread of labels alone.</returns>
    public static double? Strength(LinearProblem problem)
    {
        if (problem.Count < 2 * Folds || problem.HasOneLabel) { return null; }
        int[][] kept = [.. Enumerable.Range(0, Folds).Select(f => Enumerable.Range(0, problem.Count).Where(r => r % Folds != f).ToArray())];
        double[][] weights = [.. kept.Select(problem.Prior)];
        var (lowest, best, rises) = (Loss(problem, weights), default(double?), 0);
        foreach (var strength in s_strengths)
        {
            SideBySide.Run(Folds, f => weights[f] = problem.Fit(kept[f], strength, weights[f]));
            var loss = Loss(problem, weights);
            if (loss < lowest) { (lowest, best) = (loss, strength); }
            else if (++rises == MostRises) { break; }
        }
        return best;
    }

    // Of each row by the weights that have not seen it.
    private static double Loss(LinearProblem problem, double[][] weights) => Enumerable.Range(0, problem.Count).Sum(r => problem.Loss(r, weights[r % Folds]));
}
