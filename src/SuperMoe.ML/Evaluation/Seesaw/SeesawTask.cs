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
/// <param name="Verdict">What the interval of the difference over seeds says: of these held-out users.</param>
public sealed record SeesawTask(
    string Task,
    string Metric,
    bool HigherIsBetter,
    double Alone,
    double Joint,
    SeesawInterval Difference,
    SeesawInterval RelativeGain,
    SeesawVerdict Verdict)
{
    /// <summary>
    /// Gets the difference with an interval of both chances, in training and in who was held out: of the difference that is to be expected, by models trained on these
    /// users, of others of their kind. It is never narrower than that of <see cref="Difference"/>. No interval with a single seed, where <see cref="SeesawRun.WithoutGroup"/> is empty,
    /// or where the metric is undefined without some group, as an AUC is if that has all the yeses.
    /// </summary>
    public SeesawInterval DifferenceOverUsers { get; init; } = new(double.NaN, double.NaN, double.NaN);

    /// <summary>Gets what that interval says.</summary>
    public SeesawVerdict VerdictOverUsers { get; init; }
}
