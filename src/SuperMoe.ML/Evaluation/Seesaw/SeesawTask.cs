namespace SuperMoe.ML;

/// <summary>One task of a <see cref="SeesawComparison"/>: trained together with the others and trained alone, on the same held-out users.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Metric">The metric that judges it.</param>
/// <param name="HigherIsBetter">Whether more of the metric is better; less is for <c>RMSE</c>, <c>MAE</c> and <c>LogLoss</c>.</param>
/// <param name="Alone">The mean over seeds of the models trained on this task alone.</param>
/// <param name="Joint">The mean over seeds of the models trained on all tasks.</param>
/// <param name="Difference">
/// How much better together than alone, paired by seed: joint less alone, or alone less joint where less is better. Above 0 is better together.
/// </param>
/// <param name="RelativeGain">The difference as a share of the magnitude of <paramref name="Alone"/>; NaN if that is 0.</param>
/// <param name="Verdict">What the interval of the difference says.</param>
public sealed record SeesawTask(
    string Task,
    string Metric,
    bool HigherIsBetter,
    double Alone,
    double Joint,
    SeesawInterval Difference,
    SeesawInterval RelativeGain,
    SeesawVerdict Verdict);
