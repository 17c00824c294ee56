namespace SuperMoe.ML;

/// <summary>One model of a seesaw report: trained, then judged on the held-out users.</summary>
/// <param name="Contestant"><c>Joint</c>, <c>Alone</c>, or the name of a contestant.</param>
/// <param name="Tasks">The tasks that were trained.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Metrics">By task, all metrics by name.</param>
/// <param name="Seconds">Wall-clock seconds of training and judging, when it was trained.</param>
/// <param name="Epochs">The epochs that were run.</param>
/// <param name="BestEpoch">The epoch whose weights were judged.</param>
/// <param name="Reused">Whether it was not trained by this call: the folder had it, or another run of the report is the same.</param>
public sealed record SeesawRun(
    string Contestant,
    IReadOnlyList<string> Tasks,
    int Seed,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics,
    double Seconds,
    int Epochs,
    int BestEpoch,
    bool Reused)
{
    /// <summary>
    /// Gets, by task, all metrics without one group of the held-out users, for each group in turn: 50 groups, or one of each user where these are fewer; a row is
    /// taken for a user. Groups are drawn by chance, and are the same for all runs of a comparison. Empty where that was not measured.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> WithoutGroup { get; init; } = s_none;

    private static readonly Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> s_none = [];
}
