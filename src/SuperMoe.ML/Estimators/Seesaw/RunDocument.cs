namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>A finished run as its file has it.</summary>
/// <param name="Format">The format's version.</param>
/// <param name="Contestant">Joint, Alone, or the name of a contestant.</param>
/// <param name="Tasks">The tasks' names.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Data">The fingerprint of the data.</param>
/// <param name="Options">The options as text.</param>
/// <param name="Metrics">By task, all metrics by name.</param>
/// <param name="WithoutGroup">By task, the same without each group of users.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="Epochs">The epochs that were run.</param>
/// <param name="BestEpoch">The epoch whose weights were judged.</param>
internal sealed record RunDocument(
    int Format,
    string Contestant,
    IReadOnlyList<string> Tasks,
    int Seed,
    string Data,
    IReadOnlyDictionary<string, string> Options,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics,
    IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> WithoutGroup,
    double Seconds,
    int Epochs,
    int BestEpoch)
{
    public const int CurrentFormat = 2;

    public static RunDocument Of(PlannedRun plan, string data, SeesawRun run) => new(
        CurrentFormat, run.Contestant, run.Tasks, run.Seed, data, plan.Text, run.Metrics, run.WithoutGroup, run.Seconds, run.Epochs, run.BestEpoch);

    public SeesawRun ToRun() => new(Contestant, Tasks, Seed, Metrics, Seconds, Epochs, BestEpoch, Reused: true) { WithoutGroup = WithoutGroup };
}
