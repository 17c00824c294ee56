using SuperMoe.ML.Evaluation.Seesaw;

namespace SuperMoe.ML;

/// <summary>
/// Whether tasks that are trained together pull each other down: every task trained with all others and alone, with the same budget, data and
/// architecture, over several seeds, judged on users that training never saw. <see cref="ToString"/> is a table for the console.
/// </summary>
/// <param name="Comparisons">The options as given, then the contestants, each against the same models of single tasks.</param>
/// <param name="Runs">Every model, in the order of training.</param>
/// <param name="Confidence">The level of all intervals.</param>
/// <param name="TrainingUsers">The number of users trained on, those among them that validation keeps included.</param>
/// <param name="TestUsers">The number of users judged on.</param>
public sealed record SeesawReport(
    IReadOnlyList<SeesawComparison> Comparisons,
    IReadOnlyList<SeesawRun> Runs,
    double Confidence,
    int TrainingUsers,
    int TestUsers)
{
    /// <summary>The contestant's name of the options as given.</summary>
    internal const string Joint = "Joint";

    /// <summary>The contestant's name of the models of single tasks.</summary>
    internal const string Alone = "Alone";

    /// <summary>Gets the tasks of the options as given: the first of <see cref="Comparisons"/>.</summary>
    public IReadOnlyList<SeesawTask> Tasks => Comparisons[0].Tasks;

    /// <summary>Gets the mean relative gain of the options as given.</summary>
    public SeesawInterval MeanRelativeGain => Comparisons[0].MeanRelativeGain;

    /// <summary>Gets the mean relative gain of the options as given, with an interval of both chances, in training and in who was held out.</summary>
    public SeesawInterval MeanRelativeGainOverUsers => Comparisons[0].MeanRelativeGainOverUsers;

    /// <summary>The report as tables of text, numbers in the invariant culture.</summary>
    /// <returns>Lines.</returns>
    public override string ToString() => SeesawText.Of(this);
}
