namespace SuperMoe.ML;

/// <summary>Where a comparison stands.</summary>
/// <param name="Run">The current run; the first is 1.</param>
/// <param name="Runs">The number of runs, those included that need no training.</param>
/// <param name="State">What is told of the run.</param>
/// <param name="Contestant"><c>Joint</c>, <c>Alone</c>, or the name of a contestant.</param>
/// <param name="Tasks">The tasks of the run.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Seconds">Wall-clock seconds of the run so far; of a run that is reused, those it took when it was trained.</param>
/// <param name="SecondsLeft">
/// How long the remaining runs will take, the current one included, judged by runs of the same kind; NaN before the first run has ended.
/// </param>
/// <param name="Training">The progress within the run; <see langword="null"/> unless it is being trained.</param>
public sealed record SeesawProgress(
    int Run,
    int Runs,
    SeesawRunState State,
    string Contestant,
    IReadOnlyList<string> Tasks,
    int Seed,
    double Seconds,
    double SecondsLeft,
    TrainingProgress? Training);
