using System.Numerics.Tensors;
using SuperMoe.ML.Interop;

namespace SuperMoe.ML.Tasks.Wide;

/// <summary>
/// Picks, by cross-validation, the strength of a linear problem's penalty, from strong to weak until the held-out loss has risen twice, and how far the outputs then go from the spread of labels
/// to what the weights say: a weak penalty tells rows apart best, and says more of it than is true. To go less than all the way has to be better by two standard errors, since with few
/// labels, or labels of pure chance, one of many such choices always looks better.
/// </summary>
internal static class CrossValidation
{
    private const int Folds = 5;
    private const int MostRises = 2;
    private const double Surety = 2; // standard errors

    // In units of one row's loss: the weights' prior variance is 1 / strength, and bags have length 1.
    private static readonly double[] s_strengths = [31.6, 10, 3.16, 1, 0.316, 0.1, 0.0316];
    private static readonly double[] s_shares = [0.2, 0.35, 0.5, 0.7, 0.85, 1];

    /// <summary>The best problem, strength and share.</summary>
    /// <param name="problem">The problem, its rows in random order.</param>
    /// <param name="other">Another of the same rows and labels; <see langword="null"/> for none.</param>
    /// <returns><see langword="null"/> where none is better than the spread of labels alone.</returns>
    public static PenalizedFit? Choose(LinearProblem problem, LinearProblem? other = null)
    {
        if (problem.Count < 2 * Folds || problem.HasOneLabel) { return null; }
        var best = Best(problem);
        return (other is null ? best : Better(best, Best(other))).Chosen;
    }

    private static Choice Best(LinearProblem problem)
    {
        int[][] kept = [.. Enumerable.Range(0, Folds).Select(f => Enumerable.Range(0, problem.Count).Where(r => r % Folds != f).ToArray())];
        double[][] priors = [.. kept.Select(problem.Prior)];
        var weights = priors.ToArray();
        var whole = new Choice(null, Losses(problem, priors, weights)[^1]);
        var (part, rises) = (whole, 0);
        foreach (var strength in s_strengths)
        {
            SideBySide.Run(Folds, f => weights[f] = problem.Fit(kept[f], strength, weights[f]));
            Choice[] choices = [.. Losses(problem, priors, weights).Select((losses, s) => new Choice(new PenalizedFit(problem, strength, s_shares[s]), losses))];
            var (bestWhole, bestPart) = (Better(whole, choices[^1]), choices[..^1].Aggregate(part, Better));
            if (bestWhole == whole && bestPart == part && ++rises == MostRises) { break; }
            (whole, part) = (bestWhole, bestPart);
        }
        return IsSurelyBetter(part.Losses, whole.Losses) ? part : whole;
    }

    private static Choice Better(Choice best, Choice other) => other.Sum < best.Sum ? other : best;

    private static bool IsSurelyBetter(double[] losses, double[] others)
    {
        double[] gains = [.. others.Zip(losses, (other, own) => other - own)];
        return TensorPrimitives.Average<double>(gains) > Surety * TensorPrimitives.StdDev<double>(gains) / Math.Sqrt(gains.Length);
    }

    // For each share, of each row, by the weights that have not seen it.
    private static double[][] Losses(LinearProblem problem, double[][] priors, double[][] weights)
    {
        double[][] losses = [.. s_shares.Select(_ => new double[problem.Count])];
        Span<double> own = stackalloc double[s_shares.Length];
        for (var row = 0; row < problem.Count; row++)
        {
            problem.Losses(row, priors[row % Folds], weights[row % Folds], s_shares, own);
            for (var s = 0; s < own.Length; s++) { losses[s][row] = own[s]; }
        }
        return losses;
    }

    private sealed class Choice(PenalizedFit? chosen, double[] losses)
    {
        public PenalizedFit? Chosen => chosen;

        public double[] Losses => losses;

        public double Sum { get; } = TensorPrimitives.Sum<double>(losses);
    }
}
