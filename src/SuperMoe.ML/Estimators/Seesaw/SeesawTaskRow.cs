namespace SuperMoe.ML.Estimators.Seesaw;

/// <summary>A row of a report's view: the properties are its columns, in their order.</summary>
internal sealed class SeesawTaskRow
{
    public string Contestant { get; set; } = "";

    public string Task { get; set; } = "";

    public string Metric { get; set; } = "";

    public bool HigherIsBetter { get; set; }

    public double Alone { get; set; }

    public double Joint { get; set; }

    public double Difference { get; set; }

    public double DifferenceLower { get; set; }

    public double DifferenceUpper { get; set; }

    public double DifferenceOverUsersLower { get; set; }

    public double DifferenceOverUsersUpper { get; set; }

    public double RelativeGain { get; set; }

    public double RelativeGainLower { get; set; }

    public double RelativeGainUpper { get; set; }

    public string Verdict { get; set; } = "";

    public string VerdictOverUsers { get; set; } = "";

    public static SeesawTaskRow Of(SeesawComparison comparison, SeesawTask task) => new()
    {
        Contestant = comparison.Name,
        Task = task.Task,
        Metric = task.Metric,
        HigherIsBetter = task.HigherIsBetter,
        Alone = task.Alone,
        Joint = task.Joint,
        Difference = task.Difference.Mean,
        DifferenceLower = task.Difference.Lower,
        DifferenceUpper = task.Difference.Upper,
        DifferenceOverUsersLower = task.DifferenceOverUsers.Lower,
        DifferenceOverUsersUpper = task.DifferenceOverUsers.Upper,
        RelativeGain = task.RelativeGain.Mean,
        RelativeGainLower = task.RelativeGain.Lower,
        RelativeGainUpper = task.RelativeGain.Upper,
        Verdict = task.Verdict.ToString(),
        VerdictOverUsers = task.VerdictOverUsers.ToString(),
    };
}
