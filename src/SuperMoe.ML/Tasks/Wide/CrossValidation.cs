using System.Numerics.Tensors;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// Picks, by cross-validation, the strength of a linear problem's penalty, from strong to weak until the held-out loss has risen twice, and how far the outputs then go from the spread of labels
/// to what the weights say: a weak penalty tells rows apart best, and says more of it than is true.
/// </summary>
internal static class CrossValidation
{
    private const int Folds = 5;
    private const int MostRises = 2;
    private const double ShareCost = 2; // nats, of all rows together, for all of the way: with a handful of labels chance would choose

    // In units of one row's loss: the weights' prior variance is 1 / strength, and bags have length 1 where nothing comes twice.
    private static readonly double[] s_strengths = [31.6, 10, 3.16, 1, 0.316, 0.1, 0.0316];
    private static readonly double[] s_shares = [0.2, 0.35, 0.5, 0.7, 0.85, 1];

    /// <summary>The best strength and share.</summary>
    /// <param name="problem">The problem, its rows in random order.</param>
    /// <returns><see langword="null"/> where none is better than the spread of labels alone.</returns>
    public static (double Strength, double Share)? Choose(LinearProblem problem)
    {
        if (problem.Count < 2 * Folds || problem.HasOneLabel) { return null; }
        int[][] kept = [.. Enumerable.Range(0, Folds).Select(f => Enumerable.Range(0, problem.Count).Where(r => r % Folds != f).ToArray())];
        double[][] priors = [.. kept.Select(problem.Prior)];
        var weights = priors.ToArray();
        var (lowest, best, rises) = (Losses(problem, priors, weights)[0], default((double, double)?), 0);
        foreach (var strength in s_strengths)
        {
            SideBySide.Run(Folds, f => weights[f] = problem.Fit(kept[f], strength, weights[f]));
            var losses = Losses(problem, priors, weights);
            for (var s = 0; s < losses.Length; s++) { losses[s] += ShareCost * s_shares[s]; }
            var least = TensorPrimitives.IndexOfMin<double>(losses);
            if (losses[least] < lowest) { (lowest, best) = (losses[least], (strength, s_shares[least])); }
            else if (++rises == MostRises) { break; }
        }
        return best;
    }

    // For each share, of all rows, each by the weights that have not seen it.
    private static double[] Losses(LinearProblem problem, double[][] priors, double[][] weights)
    {
        var losses = new double[s_shares.Length];
        for (var row = 0; row < problem.Count; row++) { problem.AddLosses(row, priors[row % Folds], weights[row % Folds], s_shares, losses); }
        return losses;
    }
}
